/** What the practice shop sells: data only. practice-catalog.ts makes products with stock, SKUs and images of it. */
export interface PracticeGoodsLine {
  handle: string;
  title: string;
  type: string;
  vendor: string;
  price: number;
  options: keyof typeof optionSets;
  description: string;
  flags?: readonly PracticeFlag[];
}

/**
 * `no_sku` nothing has a SKU · `untracked` stock is not counted · `oversellable` sold on when stock is out · `sold_out` all
 * at zero · `reduced` has a compare-at price · `gift_card` · `draft` and `archived` are not on sale.
 */
export type PracticeFlag = 'no_sku' | 'untracked' | 'oversellable' | 'sold_out' | 'reduced' | 'gift_card' | 'draft' | 'archived';

/** Option names with their values; a product has one variant for each combination. */
export const optionSets = {
  none: [],
  size: [['Size', ['S', 'M', 'L', 'XL']]],
  shoe: [['Size', ['36', '37', '38', '39', '40', '41', '42']]],
  sizeColor: [
    ['Size', ['S', 'M', 'L']],
    ['Color', ['Black', 'Sand', 'Indigo']],
  ],
  colors: [['Color', ['Natural', 'Charcoal', 'Terracotta']]],
  metal: [['Metal', ['Silver', 'Gold']]],
  ring: [
    ['Metal', ['Silver', 'Gold']],
    ['Size', ['52', '54', '56', '58']],
  ],
  volume: [['Volume', ['250 ml', '500 ml', '1 l']]],
  scent: [['Scent', ['Jasmine', 'Cinnamon', 'Vetiver', 'Unscented']]],
  bedding: [
    ['Size', ['Single', 'Double']],
    ['Color', ['White', 'Sage']],
    ['Fabric', ['Linen', 'Cotton']],
  ],
  amount: [['Denomination', ['10', '25', '50', '100']]],
} as const satisfies Record<string, readonly (readonly [string, readonly string[]])[]>;

type Columns = readonly [
  handle: string,
  title: string,
  price: number,
  options: PracticeGoodsLine['options'],
  description: string,
  ...flags: PracticeFlag[],
];

function shelf(type: string, vendor: string, lines: readonly Columns[]): PracticeGoodsLine[] {
  return lines.map(([handle, title, price, options, description, ...flags]) => ({
    ...{ handle, title, type, vendor, price, options, description },
    ...(flags.length > 0 ? { flags } : {}),
  }));
}

export const practiceGoods: readonly PracticeGoodsLine[] = [
  ...shelf('Shirts', 'Harbor & Loom', [
    ['linen-camp-shirt', 'Linen Camp Shirt', 48, 'sizeColor', 'Washed linen, open collar, coconut buttons.'],
    ['oxford-shirt', 'Everyday Oxford Shirt', 56, 'sizeColor', 'Heavy oxford cotton that softens with each wash.', 'reduced'],
    ['band-collar-shirt', 'Band Collar Shirt', 52, 'size', 'Crisp poplin without a collar.'],
    ['so-mi-lua-tay-dai', 'Áo sơ mi lụa tay dài', 79, 'size', 'Lụa tơ tằm Bảo Lộc, cúc xà cừ.'],
    ['kemeja-batik-parang', 'Kemeja Batik Tulis Motif Parang', 68, 'size', 'Batik tulis dari Solo, katun primisima.', 'no_sku'],
    ['flannel-overshirt', 'Brushed Flannel Overshirt', 74, 'sizeColor', 'A shirt in the morning, a jacket in the evening.'],
  ]),
  ...shelf('Tops', 'Harbor & Loom', [
    ['boxy-tee', 'Boxy Organic Tee', 24, 'sizeColor', 'Organic jersey, 220 g/m².'],
    ['rib-tank', 'Ribbed Tank', 19, 'size', 'Fine rib with a little stretch.', 'reduced'],
    ['merino-crew', 'Merino Crew Sweater', 89, 'sizeColor', 'Extra-fine merino, fully fashioned.'],
    ['indigo-sweatshirt', '藍染スウェット', 82, 'size', '徳島で染めた綿100%の裏毛スウェット。'],
    ['breton-top', 'Breton Striped Top', 39, 'size', 'Boat neck, drop shoulder, twelve stripes.'],
  ]),
  ...shelf('Dresses', 'Sông Hương Atelier', [
    ['ao-dai-lua-ha-dong', 'Áo dài lụa Hà Đông', 145, 'size', 'May đo theo số đo chuẩn, lụa Hà Đông dệt tay.', 'oversellable'],
    ['wrap-dress', 'Crêpe Wrap Dress', 98, 'sizeColor', 'Falls below the knee; ties at the side.'],
    ['gaun-tenun-ikat', 'Gaun Tenun Ikat Sumba', 128, 'size', 'Tenun ikat pewarna alam, dijahit di Yogyakarta.'],
    ['slip-dress', 'Silk Slip Dress', 110, 'size', 'Sand-washed silk, cut on the bias.', 'sold_out'],
  ]),
  ...shelf('Trousers', 'Harbor & Loom', [
    ['pleated-trousers', 'Pleated Wide Trousers', 72, 'size', 'High waist, two pleats, deep pockets.'],
    ['fisherman-pants', "Fisherman's Pants – “one size”", 34, 'none', 'Ties to fit: 100% cotton, 5" hem.'],
    ['selvedge-jeans', '岡山セルビッジデニム', 138, 'size', '旧式力織機で織った14オンスの赤耳デニム。'],
    ['yoga-leggings', 'Soft Yoga Leggings', 44, 'size', 'Matte, opaque, with a flat waistband.', 'reduced'],
  ]),
  ...shelf('Shoes', 'Marche', [
    ['canvas-slip-on', 'Canvas Slip-On', 42, 'shoe', 'Vulcanised sole, cotton lining.'],
    ['leather-sandal', 'Two-Strap Leather Sandal', 64, 'shoe', 'Vegetable-tanned, cork footbed.', 'reduced'],
    ['guoc-moc', 'Guốc mộc sơn mài', 38, 'shoe', 'Gỗ xoan đào, quai da, vẽ sơn mài thủ công.', 'no_sku'],
    ['wool-slippers', 'Felted Wool Slippers', 36, 'shoe', 'Boiled wool with a suede sole.'],
  ]),
  ...shelf('Accessories', 'Marche', [
    ['bucket-hat', 'Waxed Bucket Hat', 32, 'colors', 'Keeps off a shower; rolls into a pocket.'],
    ['silk-scarf', 'Hand-Rolled Silk Scarf', 58, 'colors', '90 × 90 cm, rolled and sewn by hand.'],
    ['leather-belt', 'Bridle Leather Belt', 45, 'size', 'Solid brass buckle; will outlive the trousers.'],
    ['tas-anyaman-pandan', 'Tas Anyaman Pandan', 29, 'colors', 'Anyaman tangan dari Tasikmalaya.', 'oversellable'],
    ['canvas-tote', 'Market Tote', 16, 'none', 'Sixteen-ounce canvas, carries a week of groceries.', 'sold_out'],
    ['furoshiki', '風呂敷「青海波」', 27, 'none', '綿100%、70cm角。包む、敷く、飾る。'],
  ]),
  ...shelf('Necklaces', 'Kim Hoàn', [
    ['moon-pendant', 'Crescent Moon Pendant', 54, 'metal', 'A hammered crescent on a 45 cm chain.'],
    ['pearl-strand', 'Freshwater Pearl Strand', 120, 'none', 'Baroque pearls, knotted one by one.'],
    ['box-chain', 'Box Chain', 38, 'metal', '1.2 mm, 50 cm, lobster clasp.', 'reduced'],
    ['day-chuyen-ngoc-bich', 'Dây chuyền ngọc bích', 165, 'metal', 'Mặt ngọc bích tự nhiên, có giấy kiểm định.'],
    ['locket', 'Oval Locket', 72, 'metal', 'Holds two pictures; engraved on request.', 'untracked'],
  ]),
  ...shelf('Earrings', 'Kim Hoàn', [
    ['tiny-hoops', 'Tiny Hoops', 28, 'metal', '11 mm, hollow, light enough to sleep in.'],
    ['leaf-studs', 'Ginkgo Leaf Studs', 32, 'metal', 'Cast from a leaf.', 'no_sku'],
    ['anting-mutiara-lombok', 'Anting Mutiara Lombok', 88, 'metal', 'Mutiara laut selatan dari Lombok.'],
    ['drop-earrings', 'Amethyst Drops', 64, 'metal', 'Briolette stones on fine hooks.', 'sold_out'],
    ['kanoko-earrings', '絞り染めイヤリング', 41, 'none', '鹿の子絞りの端切れをアップサイクル。'],
  ]),
  ...shelf('Rings', 'Kim Hoàn', [
    ['stacking-ring', 'Hammered Stacking Ring', 26, 'ring', 'Wear one, or five.'],
    ['signet-ring', 'Plain Signet Ring', 84, 'ring', 'Solid, with room for initials.'],
    ['nhan-cuoi-tron', 'Nhẫn cưới trơn', 190, 'ring', 'Nhẫn trơn bo tròn, khắc tên miễn phí.', 'oversellable'],
    ['opal-ring', 'Opal Solitaire', 145, 'ring', 'Each stone is different.', 'reduced'],
  ]),
  ...shelf('Bracelets', 'Kim Hoàn', [
    ['cuff', 'Open Cuff', 66, 'metal', 'Adjusts to the wrist.'],
    ['gelang-perak-bali', 'Gelang Perak Bali', 75, 'none', 'Perak 925 dari Celuk, Bali.'],
    ['braided-cord-bracelet', 'Braided Cord Bracelet', 14, 'colors', 'Waxed cord with a sliding knot.'],
    ['charm-bracelet', 'Charm Bracelet', 58, 'metal', 'Starts with one charm.', 'draft'],
  ]),
  ...shelf('Kitchen', 'Clay Yard', [
    ['stoneware-mug', 'Stoneware Mug', 22, 'colors', '350 ml, reactive glaze, dishwasher-safe.'],
    ['bat-trang-tea-set', 'Bộ ấm trà Bát Tràng men lam', 64, 'none', 'Một ấm, sáu chén, men lam vẽ tay.'],
    ['donabe', '土鍋 8号', 78, 'none', '萬古焼、直火・オーブン対応。', 'sold_out'],
    ['cutting-board', 'End-Grain Cutting Board', 69, 'none', 'Teak offcuts, oiled; 30 × 40 cm.'],
    ['olive-oil', 'Early Harvest Olive Oil', 18, 'volume', 'Pressed within six hours.', 'reduced'],
    ['kopi-gayo', 'Kopi Arabika Gayo 250 g', 13, 'none', 'Sangrai sedang, catatan cokelat dan rempah.', 'no_sku'],
    ['linen-napkins', 'Linen Napkins, Set of 4', 34, 'colors', 'Mitred corners, 45 cm.'],
  ]),
  ...shelf('Home', 'Clay Yard', [
    ['soy-candle', 'Soy Candle', 21, 'scent', 'Forty hours, cotton wick.'],
    ['duvet-set', 'Duvet Set', 129, 'bedding', 'Cover and two pillowcases.'],
    ['wool-throw', 'Herringbone Wool Throw', 95, 'colors', '130 × 180 cm, fringed.', 'reduced'],
    ['den-long-hoi-an', 'Đèn lồng Hội An', 25, 'colors', 'Khung tre, lụa Hà Đông, xếp gọn.'],
    ['lampu-rotan', 'Lampu Gantung Rotan', 83, 'none', 'Rotan alami dari Cirebon, diameter 40 cm.', 'oversellable'],
    ['ceramic-vase', 'Wabi Vase', 47, 'colors', 'Unglazed outside, glazed within.'],
    ['wind-bell', '南部鉄器の風鈴', 31, 'none', '岩手の職人が一つずつ鋳造。'],
    ['wall-hook', 'Beech Wall Hook', 9, 'none', 'One screw, included.'],
    ['room-spray', 'Linen & Room Spray', 17, 'scent', 'A few sprays last the evening.', 'archived'],
  ]),
  ...shelf('Services', 'Harbor & Loom', [
    ['gift-card', 'Gift Card', 10, 'amount', 'Sent by e-mail; never expires.', 'gift_card', 'untracked', 'no_sku'],
    ['sewing-pattern', 'Apron Sewing Pattern (PDF)', 8, 'none', 'A4 and Letter, with video.', 'untracked'],
    ['alteration', 'Hem Alteration', 0, 'none', 'Free with every pair of trousers.', 'untracked', 'no_sku'],
  ]),
];

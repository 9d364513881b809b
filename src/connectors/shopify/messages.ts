import type { Messages } from '#connectors/connector.ts';

export const messages = {
  shop_name_wrong: {
    en: '"{shop}" is not a Shopify address. It ends in .myshopify.com; you find it in the Shopify admin under Settings, Domains.',
    vi: '"{shop}" không phải là địa chỉ Shopify. Địa chỉ kết thúc bằng .myshopify.com; xem trong trang quản trị Shopify, mục Cài đặt, Tên miền.',
    id: '"{shop}" bukan alamat Shopify. Alamatnya berakhiran .myshopify.com; lihat di admin Shopify pada Pengaturan, Domain.',
  },
  consent_denied: {
    en: 'Access was not allowed at Shopify. Start again and press Install there.',
    vi: 'Quyền truy cập chưa được cho phép tại Shopify. Hãy bắt đầu lại và bấm Cài đặt.',
    id: 'Akses tidak diizinkan di Shopify. Mulai lagi dan tekan Instal di sana.',
  },
  callback_not_genuine: {
    en: 'The answer does not come from Shopify, or the app secret in StoreSync is not the right one. Check the secret and start again.',
    vi: 'Câu trả lời không đến từ Shopify, hoặc mã bí mật của ứng dụng trong StoreSync không đúng. Kiểm tra lại và bắt đầu lại.',
    id: 'Jawaban bukan dari Shopify, atau rahasia aplikasi di StoreSync salah. Periksa lalu mulai lagi.',
  },
  callback_too_old: {
    en: 'The answer from Shopify is too old. Start connecting again; if it happens again, check the clock of this machine.',
    vi: 'Câu trả lời từ Shopify đã quá cũ. Hãy kết nối lại; nếu lặp lại, kiểm tra đồng hồ của máy này.',
    id: 'Jawaban dari Shopify terlalu lama. Sambungkan lagi; jika terulang, periksa jam mesin ini.',
  },
  callback_other_shop: {
    en: 'Shopify answered for another shop ({shop}) than the one you entered. Start again with the right address.',
    vi: 'Shopify trả lời cho cửa hàng khác ({shop}) với địa chỉ bạn nhập. Hãy bắt đầu lại với địa chỉ đúng.',
    id: 'Shopify menjawab untuk toko lain ({shop}) dari yang Anda masukkan. Mulai lagi dengan alamat yang benar.',
  },
  access_denied: {
    en: 'Shopify does not allow this to our app: {detail} Connect the store again and allow everything that is asked for.',
    vi: 'Shopify không cho phép ứng dụng làm việc này: {detail} Hãy kết nối lại cửa hàng và cho phép tất cả quyền được hỏi.',
    id: 'Shopify tidak mengizinkan ini untuk aplikasi kami: {detail} Sambungkan lagi tokonya dan izinkan semua yang diminta.',
  },
  shop_frozen: {
    en: 'Shopify has frozen this shop, usually for an unpaid bill. Nothing can be read or changed until that is settled there.',
    vi: 'Shopify đã tạm khóa cửa hàng này, thường do hóa đơn chưa thanh toán. Không thể đọc hay thay đổi cho đến khi được giải quyết.',
    id: 'Shopify membekukan toko ini, biasanya karena tagihan belum dibayar. Tidak ada yang bisa dibaca atau diubah sampai selesai.',
  },
  shop_locked: { en: 'Shopify has locked this shop. Ask Shopify support.', vi: 'Shopify đã khóa cửa hàng này. Hãy liên hệ hỗ trợ Shopify.', id: 'Shopify mengunci toko ini. Hubungi dukungan Shopify.' },
  shop_not_found: {
    en: 'There is no such shop at Shopify. Check the address: it is the one that ends in .myshopify.com.',
    vi: 'Không có cửa hàng này trên Shopify. Kiểm tra địa chỉ kết thúc bằng .myshopify.com.',
    id: 'Tidak ada toko seperti itu di Shopify. Periksa alamatnya: yang berakhiran .myshopify.com.',
  },
  request_refused: { en: 'Shopify refused the request: {detail}', vi: 'Shopify từ chối yêu cầu: {detail}', id: 'Shopify menolak permintaan: {detail}' },
  export_refused: { en: 'Shopify refused to export the catalog: {detail}', vi: 'Shopify từ chối xuất danh mục: {detail}', id: 'Shopify menolak mengekspor katalog: {detail}' },
  webhook_refused: { en: 'Shopify refused to call us for {topic}: {detail}', vi: 'Shopify từ chối gọi cho {topic}: {detail}', id: 'Shopify menolak memanggil untuk {topic}: {detail}' },
  item_gone: { en: 'Shopify no longer has this stock item. Sync the store, then link again.', vi: 'Shopify không còn mặt hàng tồn kho này. Đồng bộ cửa hàng rồi liên kết lại.', id: 'Shopify tidak lagi memiliki barang stok ini. Sinkronkan toko, lalu tautkan lagi.' },
  location_gone: { en: 'Shopify no longer has this location. Choose another one in the store settings.', vi: 'Shopify không còn địa điểm này. Chọn địa điểm khác trong cài đặt cửa hàng.', id: 'Shopify tidak lagi memiliki lokasi ini. Pilih yang lain di pengaturan toko.' },
  item_not_changeable: { en: 'Shopify does not let this stock be changed: {detail}', vi: 'Shopify không cho thay đổi tồn kho này: {detail}', id: 'Shopify tidak mengizinkan stok ini diubah: {detail}' },
  quantity_too_high: { en: 'The quantity is higher than Shopify allows (1,000,000,000).', vi: 'Số lượng cao hơn mức Shopify cho phép (1.000.000.000).', id: 'Jumlah melebihi batas Shopify (1.000.000.000).' },
  quantity_too_low: { en: 'The quantity is lower than Shopify allows.', vi: 'Số lượng thấp hơn mức Shopify cho phép.', id: 'Jumlah di bawah batas Shopify.' },
  product_gone: { en: 'The product no longer exists at Shopify.', vi: 'Sản phẩm không còn trên Shopify.', id: 'Produk tidak ada lagi di Shopify.' },
  variant_gone: { en: 'The variant no longer exists at Shopify.', vi: 'Biến thể không còn trên Shopify.', id: 'Varian tidak ada lagi di Shopify.' },
  price_negative: { en: 'Shopify refuses a price below 0. Set a price above 0.', vi: 'Shopify từ chối giá dưới 0. Hãy đặt giá lớn hơn 0.', id: 'Shopify menolak harga di bawah 0. Tetapkan harga di atas 0.' },
  write_refused: { en: 'Shopify refused the change: {detail}', vi: 'Shopify từ chối thay đổi: {detail}', id: 'Shopify menolak perubahan: {detail}' },
} as const satisfies Messages;

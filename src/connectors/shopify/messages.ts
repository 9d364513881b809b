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
  app_missing: {
    en: 'No Shopify app is set up in StoreSync. Enter its client ID and secret in Settings first, or connect with an app of your own.',
    vi: 'StoreSync chưa có ứng dụng Shopify. Hãy nhập mã khách và mã bí mật trong Cài đặt trước, hoặc kết nối bằng ứng dụng của bạn.',
    id: 'Aplikasi Shopify belum diatur di StoreSync. Masukkan ID klien dan rahasianya di Pengaturan, atau sambungkan dengan aplikasi Anda.',
  },
  code_refused: {
    en: 'Shopify did not take the code of this sign-in: it was used before, or the app in StoreSync is not the right one. Start again.',
    vi: 'Shopify không nhận mã của lần đăng nhập này: mã đã được dùng, hoặc ứng dụng trong StoreSync không đúng. Hãy bắt đầu lại.',
    id: 'Shopify tidak menerima kode masuk ini: sudah dipakai, atau aplikasi di StoreSync salah. Mulai lagi.',
  },
  app_forbidden: {
    en: 'Shopify does not let our app into this shop ({detail}). Check in the Shopify admin that the app is still installed, then connect the store again.',
    vi: 'Shopify không cho ứng dụng vào cửa hàng này ({detail}). Kiểm tra trong trang quản trị rằng ứng dụng còn được cài, rồi kết nối lại.',
    id: 'Shopify tidak mengizinkan aplikasi masuk ke toko ini ({detail}). Pastikan aplikasi masih terpasang di admin Shopify, lalu sambungkan lagi.',
  },
  query_too_costly: {
    en: 'Shopify found the question too large: {detail} This is a fault in StoreSync; please report it.',
    vi: 'Shopify cho rằng truy vấn quá lớn: {detail} Đây là lỗi của StoreSync; vui lòng báo lại.',
    id: 'Shopify menilai permintaan terlalu besar: {detail} Ini kesalahan StoreSync; mohon laporkan.',
  },
  export_busy: {
    en: 'Other exports of this shop are still running, so the catalog could not be read. It is tried again with the next pull. {detail}',
    vi: 'Các lượt xuất khác của cửa hàng vẫn đang chạy nên chưa đọc được danh mục. Sẽ thử lại ở lần kéo sau. {detail}',
    id: 'Ekspor lain dari toko ini masih berjalan, jadi katalog belum bisa dibaca. Dicoba lagi pada penarikan berikutnya. {detail}',
  },
  product_suspended: {
    en: 'Shopify has suspended this product, so it cannot be changed. See the notice at the product in the Shopify admin.',
    vi: 'Shopify đã đình chỉ sản phẩm này nên không thể thay đổi. Xem thông báo tại sản phẩm trong trang quản trị Shopify.',
    id: 'Shopify menangguhkan produk ini sehingga tidak bisa diubah. Lihat pemberitahuan pada produk di admin Shopify.',
  },
  gift_card_price: {
    en: 'Shopify demands the price 0 for this gift card. Set it to 0 or stop syncing its price.',
    vi: 'Shopify yêu cầu giá 0 cho thẻ quà tặng này. Đặt giá 0 hoặc ngừng đồng bộ giá của nó.',
    id: 'Shopify mewajibkan harga 0 untuk kartu hadiah ini. Tetapkan 0 atau hentikan sinkronisasi harganya.',
  },
  subscription_violation: {
    en: 'Another app at Shopify holds this variant: {detail} Change it there, or stop syncing it.',
    vi: 'Một ứng dụng khác trên Shopify đang giữ biến thể này: {detail} Hãy đổi ở đó hoặc ngừng đồng bộ.',
    id: 'Aplikasi lain di Shopify mengunci varian ini: {detail} Ubah di sana atau hentikan sinkronisasinya.',
  },
  scope_missing: {
    en: 'Shopify does not allow this to our app: {detail} Connect the store again and allow everything that is asked for.',
    vi: 'Shopify không cho phép ứng dụng làm việc này: {detail} Hãy kết nối lại cửa hàng và cho phép tất cả quyền được hỏi.',
    id: 'Shopify tidak mengizinkan ini untuk aplikasi kami: {detail} Sambungkan lagi tokonya dan izinkan semua yang diminta.',
  },
  shop_frozen: {
    en: 'Shopify has frozen this shop, usually for an unpaid bill. Nothing can be read or changed until that is settled there.',
    vi: 'Shopify đã tạm khóa cửa hàng này, thường do hóa đơn chưa thanh toán. Không thể đọc hay thay đổi cho đến khi được giải quyết.',
    id: 'Shopify membekukan toko ini, biasanya karena tagihan belum dibayar. Tidak ada yang bisa dibaca atau diubah sampai selesai.',
  },
  shop_locked: {
    en: 'Shopify has locked this shop. Ask Shopify support.',
    vi: 'Shopify đã khóa cửa hàng này. Hãy liên hệ hỗ trợ Shopify.',
    id: 'Shopify mengunci toko ini. Hubungi dukungan Shopify.',
  },
  shop_not_found: {
    en: 'There is no such shop at Shopify. Check the address: it is the one that ends in .myshopify.com.',
    vi: 'Không có cửa hàng này trên Shopify. Kiểm tra địa chỉ kết thúc bằng .myshopify.com.',
    id: 'Tidak ada toko seperti itu di Shopify. Periksa alamatnya: yang berakhiran .myshopify.com.',
  },
  request_refused: {
    en: 'Shopify refused the request: {detail}',
    vi: 'Shopify từ chối yêu cầu: {detail}',
    id: 'Shopify menolak permintaan: {detail}',
  },
  export_refused: {
    en: 'Shopify refused to export the catalog: {detail}',
    vi: 'Shopify từ chối xuất danh mục: {detail}',
    id: 'Shopify menolak mengekspor katalog: {detail}',
  },
  webhook_refused: {
    en: 'Shopify refused to call us for {topic}: {detail}',
    vi: 'Shopify từ chối gọi cho {topic}: {detail}',
    id: 'Shopify menolak memanggil untuk {topic}: {detail}',
  },
  item_gone: {
    en: 'Shopify no longer has this stock item. Sync the store, then link again.',
    vi: 'Shopify không còn mặt hàng tồn kho này. Đồng bộ cửa hàng rồi liên kết lại.',
    id: 'Shopify tidak lagi memiliki barang stok ini. Sinkronkan toko, lalu tautkan lagi.',
  },
  location_gone: {
    en: 'Shopify no longer has this location. Choose another one in the store settings.',
    vi: 'Shopify không còn địa điểm này. Chọn địa điểm khác trong cài đặt cửa hàng.',
    id: 'Shopify tidak lagi memiliki lokasi ini. Pilih yang lain di pengaturan toko.',
  },
  item_not_changeable: {
    en: 'Shopify does not let this stock be changed: {detail}',
    vi: 'Shopify không cho thay đổi tồn kho này: {detail}',
    id: 'Shopify tidak mengizinkan stok ini diubah: {detail}',
  },
  quantity_too_high: {
    en: 'The quantity is higher than Shopify allows (1,000,000,000).',
    vi: 'Số lượng cao hơn mức Shopify cho phép (1.000.000.000).',
    id: 'Jumlah melebihi batas Shopify (1.000.000.000).',
  },
  quantity_too_low: {
    en: 'The quantity is lower than Shopify allows.',
    vi: 'Số lượng thấp hơn mức Shopify cho phép.',
    id: 'Jumlah di bawah batas Shopify.',
  },
  product_gone: {
    en: 'The product no longer exists at Shopify.',
    vi: 'Sản phẩm không còn trên Shopify.',
    id: 'Produk tidak ada lagi di Shopify.',
  },
  variant_gone: {
    en: 'The variant no longer exists at Shopify.',
    vi: 'Biến thể không còn trên Shopify.',
    id: 'Varian tidak ada lagi di Shopify.',
  },
  price_negative: {
    en: 'Shopify refuses a price below 0. Set a price above 0.',
    vi: 'Shopify từ chối giá dưới 0. Hãy đặt giá lớn hơn 0.',
    id: 'Shopify menolak harga di bawah 0. Tetapkan harga di atas 0.',
  },
  order_gone: {
    en: 'Shopify no longer has this order, or does not show it to our app: orders older than 60 days need an approval of their own.',
    vi: 'Shopify không còn đơn hàng này, hoặc không cho ứng dụng xem: đơn cũ hơn 60 ngày cần được phê duyệt riêng.',
    id: 'Shopify tidak lagi memiliki pesanan ini, atau tidak menampilkannya ke aplikasi: pesanan lebih dari 60 hari perlu izin sendiri.',
  },
  order_cancelled: {
    en: 'This order was cancelled at Shopify. Nothing of it can be shipped.',
    vi: 'Đơn hàng này đã bị hủy trên Shopify. Không thể giao gì từ đơn này.',
    id: 'Pesanan ini sudah dibatalkan di Shopify. Tidak ada yang bisa dikirim.',
  },
  units_not_open: {
    en: 'Shopify does not have {units} of {sku} left to be shipped by you: they were shipped, refunded or removed, or a fulfillment service ships them.',
    vi: 'Shopify không còn {units} {sku} chờ bạn giao: đã giao, hoàn tiền, bị xóa, hoặc do dịch vụ hoàn tất đơn giao.',
    id: 'Di Shopify tidak ada lagi {units} {sku} yang harus Anda kirim: sudah dikirim, dikembalikan dananya, dihapus, atau dikirim layanan lain.',
  },
  shipment_on_hold: {
    en: 'Shopify holds these units back, or has planned them for later. Release them in the Shopify admin, then report the shipment again.',
    vi: 'Shopify đang giữ lại các món này hoặc hẹn giao sau. Hãy mở giữ trong trang quản trị Shopify rồi báo giao hàng lại.',
    id: 'Shopify menahan barang ini atau menjadwalkannya nanti. Lepaskan di admin Shopify, lalu laporkan pengiriman lagi.',
  },
  shipment_at_several_locations: {
    en: 'These units stand at several locations of the shop, and Shopify takes a shipment from one only. Report one shipment for each location.',
    vi: 'Các món này nằm ở nhiều địa điểm, mà Shopify chỉ nhận lô giao từ một nơi. Hãy báo riêng từng lô cho mỗi địa điểm.',
    id: 'Barang ini ada di beberapa lokasi toko, sedangkan Shopify hanya menerima kiriman dari satu lokasi. Laporkan satu kiriman per lokasi.',
  },
  shipment_too_large: {
    en: 'Shopify takes at most {lines} lines in one shipment. Report it in parts.',
    vi: 'Shopify chỉ nhận tối đa {lines} dòng trong một lô giao. Hãy báo thành nhiều phần.',
    id: 'Shopify menerima paling banyak {lines} baris per kiriman. Laporkan per bagian.',
  },
  shipment_refused: {
    en: 'Shopify refused the shipment: {detail}',
    vi: 'Shopify từ chối lô giao hàng: {detail}',
    id: 'Shopify menolak pengiriman: {detail}',
  },
  write_refused: {
    en: 'Shopify refused the change: {detail}',
    vi: 'Shopify từ chối thay đổi: {detail}',
    id: 'Shopify menolak perubahan: {detail}',
  },
} as const satisfies Messages;

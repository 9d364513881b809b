import type { Messages } from '#connectors/connector.ts';

/** Every refusal of this connector: what happened and what to do. */
export const messages = {
  auth_denied: {
    en: 'The request was declined at TikTok Shop. To connect, start again and allow the app there.',
    vi: 'Yêu cầu đã bị từ chối trên TikTok Shop. Để kết nối, hãy bắt đầu lại và cho phép ứng dụng ở đó.',
    id: 'Permintaan ditolak di TikTok Shop. Untuk menghubungkan, mulai lagi dan izinkan aplikasinya di sana.',
  },
  auth_code_missing: {
    en: 'TikTok Shop sent you back without an authorization code. Start connecting again from Integrations.',
    vi: 'TikTok Shop chuyển bạn về mà không có mã ủy quyền. Hãy kết nối lại từ trang Tích hợp.',
    id: 'TikTok Shop mengembalikan Anda tanpa kode otorisasi. Mulai menghubungkan lagi dari Integrasi.',
  },
  auth_code_rejected: {
    en: 'TikTok Shop no longer accepts this authorization: a code works once and for 30 minutes. Start connecting again.',
    vi: 'TikTok Shop không còn chấp nhận ủy quyền này: mã chỉ dùng một lần và trong 30 phút. Hãy kết nối lại.',
    id: 'TikTok Shop tidak lagi menerima otorisasi ini: kode hanya berlaku sekali dan selama 30 menit. Mulai menghubungkan lagi.',
  },
  not_a_seller: {
    en: 'This TikTok account is not a seller account. Sign in at TikTok Shop with the account of the shop owner.',
    vi: 'Tài khoản TikTok này không phải tài khoản người bán. Hãy đăng nhập TikTok Shop bằng tài khoản của chủ cửa hàng.',
    id: 'Akun TikTok ini bukan akun penjual. Masuk ke TikTok Shop dengan akun pemilik toko.',
  },
  no_shop_granted: {
    en: 'This account did not grant any shop to the app. Allow a shop at TikTok Shop and connect again.',
    vi: 'Tài khoản này chưa cấp cửa hàng nào cho ứng dụng. Hãy cho phép một cửa hàng trên TikTok Shop rồi kết nối lại.',
    id: 'Akun ini tidak memberi akses toko mana pun kepada aplikasi. Izinkan sebuah toko di TikTok Shop lalu hubungkan lagi.',
  },
  shop_not_granted: {
    en: 'Shop {shopId} is not among the shops that this account grants. Check the id, or allow that shop at TikTok Shop and connect again.',
    vi: 'Cửa hàng {shopId} không nằm trong số cửa hàng mà tài khoản này cấp quyền. Hãy kiểm tra mã, hoặc cho phép cửa hàng đó trên TikTok Shop rồi kết nối lại.',
    id: 'Toko {shopId} tidak termasuk toko yang diberi akses oleh akun ini. Periksa id-nya, atau izinkan toko itu di TikTok Shop lalu hubungkan lagi.',
  },
  region_unknown: {
    en: 'The currency of TikTok Shop region {region} is not known yet. Add one product with a price there, then connect again.',
    vi: 'Chưa biết loại tiền của khu vực TikTok Shop {region}. Hãy thêm một sản phẩm có giá ở đó rồi kết nối lại.',
    id: 'Mata uang wilayah TikTok Shop {region} belum dikenal. Tambahkan satu produk berharga di sana, lalu hubungkan lagi.',
  },
  app_missing: {
    en: 'No TikTok Shop app is set up. Enter its key and secret in Settings.',
    vi: 'Chưa thiết lập ứng dụng TikTok Shop. Hãy nhập khóa và mã bí mật của ứng dụng trong Cài đặt.',
    id: 'Aplikasi TikTok Shop belum disiapkan. Masukkan kunci dan rahasianya di Pengaturan.',
  },
  app_rejected: {
    en: 'TikTok Shop does not know the app key. Compare it with Partner Center and correct it in Settings.',
    vi: 'TikTok Shop không nhận ra khóa ứng dụng. Hãy so với Partner Center và sửa trong Cài đặt.',
    id: 'TikTok Shop tidak mengenal kunci aplikasi. Bandingkan dengan Partner Center dan perbaiki di Pengaturan.',
  },
  signature_rejected: {
    en: 'TikTok Shop does not accept our signature. Compare the app secret with Partner Center and correct it in Settings.',
    vi: 'TikTok Shop không chấp nhận chữ ký. Hãy so mã bí mật của ứng dụng với Partner Center và sửa trong Cài đặt.',
    id: 'TikTok Shop tidak menerima tanda tangan kami. Bandingkan rahasia aplikasi dengan Partner Center dan perbaiki di Pengaturan.',
  },
  clock_off: {
    en: 'The clock of this server differs too much from that of TikTok Shop. Set the server to network time.',
    vi: 'Đồng hồ của máy chủ lệch quá nhiều so với TikTok Shop. Hãy đặt máy chủ theo giờ mạng.',
    id: 'Jam server ini terlalu berbeda dari jam TikTok Shop. Setel server ke waktu jaringan.',
  },
  scope_missing: {
    en: 'The app lacks a permission for this. Enable it for the app in Partner Center, then connect the shop again.',
    vi: 'Ứng dụng thiếu quyền cho việc này. Hãy bật quyền đó trong Partner Center rồi kết nối lại cửa hàng.',
    id: 'Aplikasi tidak memiliki izin untuk ini. Aktifkan izinnya di Partner Center, lalu hubungkan toko lagi.',
  },
  ip_not_allowed: {
    en: "This server's address is not in the app's list of allowed IP addresses. Add it in Partner Center.",
    vi: 'Địa chỉ của máy chủ không có trong danh sách IP được phép của ứng dụng. Hãy thêm vào trong Partner Center.',
    id: 'Alamat server ini tidak ada dalam daftar IP yang diizinkan aplikasi. Tambahkan di Partner Center.',
  },
  shop_rejected: {
    en: 'TikTok Shop does not accept this shop for our access. Connect the shop again.',
    vi: 'TikTok Shop không chấp nhận cửa hàng này với quyền truy cập hiện tại. Hãy kết nối lại cửa hàng.',
    id: 'TikTok Shop tidak menerima toko ini untuk akses kami. Hubungkan toko lagi.',
  },
  api_changed: {
    en: 'TikTok Shop no longer offers this version of its API. Update StoreSync.',
    vi: 'TikTok Shop không còn cung cấp phiên bản API này. Hãy cập nhật StoreSync.',
    id: 'TikTok Shop tidak lagi menyediakan versi API ini. Perbarui StoreSync.',
  },
  request_rejected: {
    en: 'TikTok Shop did not accept our request: {message} ({platformCode}). Nothing was changed; please report this.',
    vi: 'TikTok Shop không chấp nhận yêu cầu của chúng tôi: {message} ({platformCode}). Không có gì thay đổi; vui lòng báo lỗi này.',
    id: 'TikTok Shop tidak menerima permintaan kami: {message} ({platformCode}). Tidak ada yang berubah; mohon laporkan hal ini.',
  },
  webhook_refused: {
    en: 'TikTok Shop does not take our address for notifications: {message}. It must be https with a domain name and no port. Until then the shop is polled.',
    vi: 'TikTok Shop không nhận địa chỉ thông báo của chúng tôi: {message}. Địa chỉ phải là https với tên miền và không có cổng. Trong lúc đó cửa hàng được kiểm tra định kỳ.',
    id: 'TikTok Shop tidak menerima alamat notifikasi kami: {message}. Alamat harus https dengan nama domain dan tanpa port. Sementara itu toko diperiksa berkala.',
  },
  platform_refused: {
    en: 'TikTok Shop refused the change: {message}',
    vi: 'TikTok Shop đã từ chối thay đổi: {message}',
    id: 'TikTok Shop menolak perubahan: {message}',
  },
  zero_refused: {
    en: 'TikTok Shop does not take a stock of 0 for this item, so it still shows its last quantity. Deactivate it there, or add stock here.',
    vi: 'TikTok Shop không nhận tồn kho bằng 0 cho mặt hàng này nên vẫn hiển thị số lượng cũ. Hãy ngừng bán ở đó, hoặc thêm hàng tại đây.',
    id: 'TikTok Shop tidak menerima stok 0 untuk barang ini sehingga masih menampilkan jumlah terakhir. Nonaktifkan di sana, atau tambah stok di sini.',
  },
  quantity_refused: {
    en: 'TikTok Shop does not take this quantity: {message}. It takes whole numbers up to 99,999.',
    vi: 'TikTok Shop không nhận số lượng này: {message}. Chỉ nhận số nguyên đến 99.999.',
    id: 'TikTok Shop tidak menerima jumlah ini: {message}. Yang diterima bilangan bulat hingga 99.999.',
  },
  warehouses_incomplete: {
    en: 'TikTok Shop does not let us set the stock of this item: it is allocated automatically, or its warehouses have changed. Check its warehouses in Seller Center, then sync it again.',
    vi: 'TikTok Shop không cho đặt tồn kho của mặt hàng này: hàng được phân bổ tự động hoặc kho đã thay đổi. Hãy kiểm tra kho trong Seller Center rồi đồng bộ lại.',
    id: 'TikTok Shop tidak mengizinkan kami mengatur stok barang ini: stoknya dialokasikan otomatis, atau gudangnya berubah. Periksa gudangnya di Seller Center, lalu sinkronkan lagi.',
  },
  warehouse_unknown: {
    en: 'This item is not kept in the warehouse that StoreSync feeds. Assign it to that warehouse in Seller Center, or choose another warehouse for the store here.',
    vi: 'Mặt hàng này không nằm trong kho mà StoreSync cập nhật. Hãy gán nó vào kho đó trong Seller Center, hoặc chọn kho khác cho cửa hàng tại đây.',
    id: 'Barang ini tidak disimpan di gudang yang diisi StoreSync. Tetapkan ke gudang itu di Seller Center, atau pilih gudang lain untuk toko di sini.',
  },
  product_gone: {
    en: 'TikTok Shop no longer has this product. Restore it there, or link another listing.',
    vi: 'TikTok Shop không còn sản phẩm này. Hãy khôi phục ở đó, hoặc liên kết với mặt hàng khác.',
    id: 'TikTok Shop tidak lagi memiliki produk ini. Pulihkan di sana, atau tautkan listing lain.',
  },
  product_frozen: {
    en: 'TikTok Shop has frozen this product. Settle it in Seller Center; then sync it again.',
    vi: 'TikTok Shop đã đóng băng sản phẩm này. Hãy xử lý trong Seller Center rồi đồng bộ lại.',
    id: 'TikTok Shop membekukan produk ini. Selesaikan di Seller Center, lalu sinkronkan lagi.',
  },
  product_not_active: {
    en: 'TikTok Shop takes this change only while the product is live. Activate it in Seller Center, then sync it again.',
    vi: 'TikTok Shop chỉ nhận thay đổi này khi sản phẩm đang được bán. Hãy kích hoạt trong Seller Center rồi đồng bộ lại.',
    id: 'TikTok Shop menerima perubahan ini hanya saat produk aktif. Aktifkan di Seller Center, lalu sinkronkan lagi.',
  },
  sku_gone: {
    en: 'TikTok Shop no longer has this variant; editing a product there may give its variants new ids. Pull the store again and link the new one.',
    vi: 'TikTok Shop không còn biến thể này; việc sửa sản phẩm ở đó có thể tạo mã mới cho biến thể. Hãy tải lại cửa hàng và liên kết biến thể mới.',
    id: 'TikTok Shop tidak lagi memiliki varian ini; mengedit produk di sana dapat memberi id baru. Tarik ulang toko dan tautkan yang baru.',
  },
  not_this_shop: {
    en: 'TikTok Shop says that this product belongs to another shop. Check which shop is connected.',
    vi: 'TikTok Shop cho biết sản phẩm này thuộc cửa hàng khác. Hãy kiểm tra cửa hàng đang được kết nối.',
    id: 'TikTok Shop menyatakan produk ini milik toko lain. Periksa toko mana yang terhubung.',
  },
  in_promotion: {
    en: 'TikTok Shop locks the price of this item while it takes part in a promotion. End the promotion there, or wait for its end and sync again.',
    vi: 'TikTok Shop khóa giá mặt hàng này khi đang tham gia khuyến mãi. Hãy kết thúc khuyến mãi ở đó, hoặc chờ hết rồi đồng bộ lại.',
    id: 'TikTok Shop mengunci harga barang ini selama ikut promosi. Akhiri promosi di sana, atau tunggu selesai lalu sinkronkan lagi.',
  },
  stock_in_campaign: {
    en: 'TikTok Shop holds units of this item for a campaign, so its stock cannot be set to this. Take it out of the campaign there, then sync again.',
    vi: 'TikTok Shop đang giữ hàng của mặt hàng này cho chiến dịch nên không thể đặt tồn kho như vậy. Hãy rút khỏi chiến dịch rồi đồng bộ lại.',
    id: 'TikTok Shop menahan unit barang ini untuk kampanye, jadi stoknya tidak dapat diatur demikian. Keluarkan dari kampanye di sana, lalu sinkronkan lagi.',
  },
  price_refused: {
    en: 'TikTok Shop does not take this price: {message}. Each market has its own lowest and highest price.',
    vi: 'TikTok Shop không nhận giá này: {message}. Mỗi thị trường có giá thấp nhất và cao nhất riêng.',
    id: 'TikTok Shop tidak menerima harga ini: {message}. Setiap pasar memiliki harga terendah dan tertinggi sendiri.',
  },
  currency_wrong: {
    en: 'TikTok Shop sells this item in another currency. Give the store a price rule that converts to its currency.',
    vi: 'TikTok Shop bán mặt hàng này bằng loại tiền khác. Hãy đặt cho cửa hàng quy tắc giá có chuyển đổi sang loại tiền đó.',
    id: 'TikTok Shop menjual barang ini dalam mata uang lain. Beri toko aturan harga yang mengonversi ke mata uangnya.',
  },
  order_gone: {
    en: 'TikTok Shop does not have this order. Check which shop is connected, then sync the store again.',
    vi: 'TikTok Shop không có đơn hàng này. Hãy kiểm tra cửa hàng đang được kết nối rồi đồng bộ lại.',
    id: 'TikTok Shop tidak memiliki pesanan ini. Periksa toko mana yang terhubung, lalu sinkronkan lagi.',
  },
  order_not_shippable: {
    en: 'TikTok Shop takes no shipment while the order is {status}. Wait until it is ready for shipment; if it is shipped or cancelled already, nothing is left to do.',
    vi: 'TikTok Shop không nhận giao hàng khi đơn đang ở trạng thái {status}. Hãy chờ đến khi đơn sẵn sàng giao; nếu đơn đã giao hoặc đã hủy thì không cần làm gì thêm.',
    id: 'TikTok Shop tidak menerima pengiriman selama pesanan berstatus {status}. Tunggu hingga siap dikirim; jika sudah dikirim atau dibatalkan, tidak ada lagi yang perlu dilakukan.',
  },
  fulfilled_by_platform: {
    en: 'TikTok Shop ships this order from its own warehouse. There is nothing to report.',
    vi: 'TikTok Shop giao đơn này từ kho của họ. Không cần báo gì thêm.',
    id: 'TikTok Shop mengirim pesanan ini dari gudangnya sendiri. Tidak ada yang perlu dilaporkan.',
  },
  carrier_of_platform: {
    en: 'TikTok Shop chooses the carrier of this order and gives its tracking number. Arrange the shipment and print the label in Seller Center; it is shown here soon after.',
    vi: 'TikTok Shop chọn đơn vị vận chuyển và cấp mã vận đơn cho đơn này. Hãy sắp xếp giao hàng và in nhãn trong Seller Center; đơn sẽ hiển thị ở đây ngay sau đó.',
    id: 'TikTok Shop memilih kurir pesanan ini dan memberi nomor resinya. Atur pengiriman dan cetak label di Seller Center; segera setelah itu tampil di sini.',
  },
  tracking_needed: {
    en: 'TikTok Shop takes a shipment only with its carrier and tracking number. Enter both.',
    vi: 'TikTok Shop chỉ nhận giao hàng khi có đơn vị vận chuyển và mã vận đơn. Hãy nhập cả hai.',
    id: 'TikTok Shop hanya menerima pengiriman dengan kurir dan nomor resi. Isi keduanya.',
  },
  carrier_unknown: {
    en: 'TikTok Shop does not offer the carrier "{carrier}" for this order. Choose one from its list.',
    vi: 'TikTok Shop không có đơn vị vận chuyển "{carrier}" cho đơn này. Hãy chọn một đơn vị trong danh sách.',
    id: 'TikTok Shop tidak menawarkan kurir "{carrier}" untuk pesanan ini. Pilih salah satu dari daftarnya.',
  },
  units_not_open: {
    en: 'TikTok Shop has fewer than {units} units of {sku} still to ship in this order. Reload the order and report what is left.',
    vi: 'TikTok Shop còn ít hơn {units} đơn vị {sku} chưa giao trong đơn này. Hãy tải lại đơn và báo phần còn lại.',
    id: 'TikTok Shop memiliki kurang dari {units} unit {sku} yang belum dikirim dalam pesanan ini. Muat ulang pesanan dan laporkan sisanya.',
  },
  bundle_in_parts: {
    en: 'TikTok Shop ships the bundle "{bundle}" as a whole. Report all the goods of as many bundles as you ship, then try again.',
    vi: 'TikTok Shop chỉ giao nguyên bộ "{bundle}". Hãy báo đủ mọi món của những bộ bạn giao rồi thử lại.',
    id: 'TikTok Shop mengirim paket bundel "{bundle}" secara utuh. Laporkan semua barang dari setiap bundel yang Anda kirim, lalu coba lagi.',
  },
  parcel_missing: {
    en: 'TikTok Shop has made no parcel for this order yet. Try again in a few minutes.',
    vi: 'TikTok Shop chưa tạo kiện hàng cho đơn này. Hãy thử lại sau vài phút.',
    id: 'TikTok Shop belum membuat paket untuk pesanan ini. Coba lagi beberapa menit lagi.',
  },
  parcel_differs: {
    en: 'In this market TikTok Shop ships whole parcels. Report everything of the parcel together, or split the order in Seller Center first.',
    vi: 'Ở thị trường này TikTok Shop giao nguyên kiện. Hãy báo toàn bộ hàng trong kiện cùng lúc, hoặc tách đơn trong Seller Center trước.',
    id: 'Di pasar ini TikTok Shop mengirim paket utuh. Laporkan seluruh isi paket bersamaan, atau pisahkan pesanan di Seller Center lebih dulu.',
  },
  shipment_refused: {
    en: 'TikTok Shop did not take this shipment: {message}. Look at the order in Seller Center.',
    vi: 'TikTok Shop không nhận giao hàng này: {message}. Hãy xem đơn trong Seller Center.',
    id: 'TikTok Shop tidak menerima pengiriman ini: {message}. Lihat pesanan di Seller Center.',
  },
} as const satisfies Messages;

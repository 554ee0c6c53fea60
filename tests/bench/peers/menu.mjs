// The registration that all contenders serve, as a plain state machine: what somebody writes who uses no menu library.

const kelurahan = { Lembo: 'LEMBO' };

const states = {
  consent: {
    text: () => 'Daftar jaminan sosial: NIK, nama, HP & kerja Anda dicatat Pemkot, BPJS-TK & agen.\n1 Setuju & daftar\n0 Keluar',
    next: (typed) => (typed === '1' ? 'nik' : 'consent'),
  },
  nik: {
    text: () => 'Ketik NIK: 16 angka di KTP atau KK, tanpa spasi.\n0 Kembali',
    next: (typed, kept) => (/^\d{16}$/.test(typed) ? ((kept.nik = typed), 'name') : 'nik'),
  },
  name: {
    text: (kept) => `NIK ..${kept.nik.slice(-4)}. Bila betul, ketik nama lengkap sesuai KTP.\n2 Salah, ketik ulang NIK\n0 Kembali`,
    next: (typed, kept) => (typed.length >= 3 ? ((kept.name = typed), 'place') : 'name'),
  },
  place: {
    text: () => 'Ketik kelurahan atau pilih kecamatan:\n1 Biringkanaya\n2 Bontoala\n3 Makassar\n4 Mamajang\n9 Lainnya\n0 Kembali',
    next: (typed, kept) => (kelurahan[typed] ? ((kept.place = kelurahan[typed]), 'payer') : 'place'),
  },
  payer: {
    text: () => 'Siapa yg bayar iuran?\n1 Pemkot (diperiksa dulu)\n2 Saya sendiri, lewat agen\n3 Tanya agen dulu',
    next: (typed, kept) => (/^[123]$/.test(typed) ? ((kept.payer = typed), 'job') : 'payer'),
  },
  job: {
    text: () => 'Pekerjaan utama?\n1 Nelayan/petani\n2 Pedagang/PKL\n3 Ojek/ojol/kurir\n4 Becak/bentor\n9 Lainnya\n0 Kembali',
    next: (typed, kept) => (/^[1-9]$/.test(typed) ? ((kept.job = typed), 'programme') : 'job'),
  },
  programme: {
    text: () => 'Pilih (per bulan):\n1 JKK+JKM Rp8.400\n2 +JHT Rp28.400\n0 Kembali',
    next: (typed, kept) => (/^[12]$/.test(typed) ? ((kept.programme = typed), 'income') : 'programme'),
  },
  income: {
    text: () => 'Iuran dihitung dari penghasilan. Pakai yg terendah (Rp1 juta/bulan)?\n1 Ya\n0 Kembali',
    next: (typed) => (typed === '1' ? 'months' : 'income'),
  },
  months: {
    text: () => 'Bayar utk berapa bulan?\n1 1 bln\n2 3 bln\n3 6 bln\n4 12 bln\n0 Kembali',
    next: (typed, kept) => (/^[1-4]$/.test(typed) ? ((kept.months = typed), 'summary') : 'months'),
  },
  summary: {
    text: (kept) => `Periksa:\n${kept.name}\nNIK ..${kept.nik.slice(-4)}\nKel. ${kept.place}\n1 Kirim\n0 Nanti`,
    next: (typed) => (typed === '1' ? 'done' : 'summary'),
  },
  done: { text: () => 'Terkirim. Data diperiksa. BELUM AKTIF sampai ada SMS AKTIF.', end: true },
};

/** One step of a session: changes it, and gives the screen. `session` is null at the dial. */
export function step(session, text) {
  const kept = session ?? { state: 'consent' };
  if (session) kept.state = states[kept.state].next(text.slice(text.lastIndexOf('*') + 1), kept);
  const state = states[kept.state];
  return { session: kept, screen: (state.end ? 'END ' : 'CON ') + state.text(kept), end: Boolean(state.end) };
}

export { states };

#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "menus/parse.hpp"

namespace jangkau::menus {

/// A menu written in a test: file name -> text.
using Files = std::map<std::string, std::string>;

inline std::optional<Menu> parse_files(const Files& files, Problems& problems) {
    const auto read = [&](const std::string& name) {
        const auto at = files.find(name);
        return at == files.end() ? std::nullopt : std::optional(at->second);
    };
    return parse_menu(read, "m", problems);
}

inline std::string all_written(const Problems& problems) {
    std::string out;
    for (const Problem& problem : problems) out += written(problem) + "\n";
    return out;
}

inline Menu menu_of(const Files& files) {
    Problems problems;
    auto menu = parse_files(files, problems);
    EXPECT_EQ(all_written(problems), "");
    return menu ? std::move(*menu) : Menu{};
}

/// `files` with one part of one file written otherwise.
inline Files with(Files files, const std::string& file, std::string_view part,
                  std::string_view instead) {
    std::string& text = files[file];
    const std::size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << file << " has no '" << part << "'";
    if (at != std::string::npos) text.replace(at, part.size(), instead);
    return files;
}

/// A registration in small that has one of everything.
inline Files small_files() {
    return {{"menu.yaml", R"(menu: small
languages: [id, en]
start: main
stages: [who, place, check]
tries: 3
after_tries: saved
lists:
  areas: {file: areas.csv}
  jobs: {words: job, items: [fisher, other]}
placeholders:
  name: ABDUL RAHMAN DAENG
  job: {word: job}
  area: {var: area_label, worst: Bara Baraya Selatan}
  count: "16"
shortcuts:
  "1": name
sms:
  worker_unknown: bye
  agent_unknown: bye
  worker:
    YA: {to: bye, against: TIDAK}
    TIDAK: bye
    BANTUAN: {to: bye, also: ["?"]}
  agent:
    SELESAI: {to: bye, also: [DONE]}
states:
  main:
    choose: MAIN
    options:
      1: name
      2: {to: main, set: {language: en}}
      3: tickets
      4: intro
      0: bye
  intro: {say: INTRO, to: main}
  name: {stage: who, ask: NAME, as: name, into: name, errors: {name: BADNAME}, to: job}
  job: {stage: who, choose: JOB, list: {from: jobs}, into: job, to: check_job}
  check_job: {stage: who, do: check_job, on: {ok: area, refused: gone}}
  area:
    stage: place
    choose: AREA
    list:
      from: areas
      under: "1"
      search: 3
      not_found: LOST
      extra: [outside]
      extra_words: place
      on: {outside: gone}
    into: area
    to: review
  gone: {say: GONE}
  review: {stage: check, do: review, on: {ready: summary}}
  summary:
    stage: check
    choose: SUMMARY
    options:
      1: bye
      2: {to: name, edit: review}
      3: {to: area, edit: review}
  tickets: {do: my_tickets, on: {some: pick, none: alone}}
  pick: {choose: PICK, list: {from: $tickets, search: 3, not_found: LOST}, into: ticket, to: bye}
  alone: {choose: ALONE}
  saved: {say: SAVED}
  bye: {say: BYE}
)"},
            {"id.yaml", R"(language: id
name: Bahasa Indonesia
engine:
  back: 0 Kembali
  more: 9 Lainnya
  no_choice: Pilihan tidak ada. Ketik angka yg tertera.
  no_choice_short: Salah pilih.
words:
  job: {fisher: Nelayan, other: Lain}
  place: {outside: Luar Makassar}
texts:
  MAIN: |-
    Menu
    1 Daftar
    2 English
    3 Tiket
    4 Info
    0 Keluar
  INTRO: Halo {service}
  NAME: Nama?
  BADNAME: Nama hanya huruf.
  JOB: "{name}, kerja?"
  AREA: "Tinggal di:"
  LOST: Tidak ketemu. Ketik 3 huruf.
  GONE: Maaf, {name}.
  SUMMARY: |-
    {name}, {job}, {area}
    1 Benar
    2 Ubah nama
    3 Ubah tempat
  PICK: "Tiket:"
  ALONE: Tidak ada tiket.
  SAVED: Disimpan.
  BYE: Terima kasih.
)"},
            {"en.yaml", R"(language: en
name: English
engine:
  back: 0 Back
  more: 9 More
  no_choice: There is no such choice. Type a number that is shown.
  no_choice_short: Wrong choice.
words:
  job: {fisher: Fisher, other: Other}
  place: {outside: Outside Makassar}
texts:
  MAIN: |-
    Menu
    1 Register
    2 English
    3 Tickets
    4 Info
    0 Exit
  INTRO: Hello {service}
  NAME: Name?
  BADNAME: Letters only.
  JOB: "{name}, job?"
  AREA: "Lives in:"
  LOST: Not found. Type 3 letters.
  GONE: Sorry, {name}.
  SUMMARY: |-
    {name}, {job}, {area}
    1 Right
    2 Change name
    3 Change place
  PICK: "Tickets:"
  ALONE: No ticket.
  SAVED: Saved.
  BYE: Thank you.
)"},
            {"areas.csv",
             "code,parent,name\n1,,Makassar\n11,1,Bara Baraya\n12,1,Bara Baraya Selatan\n"
             "13,1,Karuwisi\n14,1,Maccini\n15,1,Pannampu\n16,1,Rappocini\n17,1,Tamalanrea\n"
             "18,1,Tallo\n19,1,Ujung Pandang Baru\n20,1,Wala-Walaya\n"}};
}

}  // namespace jangkau::menus

#pragma once

#include <cstddef>
#include <cstdint>

namespace jangkau::simulation {

/// What the population and its networks are like. docs/SIMULATION.md tells where each figure comes
/// from. Times are in seconds, shares between 0 and 1; "median" is that of a lognormal spread.
struct Model {
    std::uint64_t seed = 2026;
    std::size_t workers = 2000;
    std::size_t first = 0;  ///< number of the first worker
    double loss = 0.1;      ///< of one hop: half of them lose the request, half the answer
    bool resume = true;     ///< false: what was typed is forgotten at every dial

    // --- network and operator ---
    double hop_min = 1, hop_max = 2;  ///< from the key to the next screen
    double dialogue_max = 120;        ///< then the operator ends it
    double sms_median = 8, sms_spread = 1.0;
    double sms_lost = 0.02;

    // --- hands ---
    double choose = 9, type_nik = 25, type_name = 30, type_word = 15;  ///< means, network included
    double read_back = 7;    ///< to look at a NIK that is read back, before the name is typed
    double type_place = 15;  ///< a kelurahan's name
    double hand_spread = 0.35;
    double slow_share = 0.15, slow_factor = 1.5;  ///< elderly, or new to it
    double nik_slip = 0.04;                       ///< of one entry
    double wrong_key = 0.02;                      ///< of one choice

    double dials_shortcut = 0;  ///< who dial *code*1#
    double types_place = 0.6;   ///< who type their kelurahan; the others look through the lists

    // --- patience ---
    unsigned dials_max = 6;
    double redials = 0.95, redials_with_ticket = 0.6;  ///< after a drop
    double redial_min = 10, redial_median = 45, redial_spread = 0.9;
    double follows_nudge = 0.6;      ///< dials again when the reminder comes
    double continues_by_sms = 0.15;  ///< or writes LANJUT
    double answers_sms = 0.4;        ///< the first question asked by SMS
    double answers_next = 0.85;      ///< each one after it
    double answer_median = 300, answer_spread = 1.2;

    // --- wishes ---
    double city_pays = 0.45, pays_himself = 0.40;  ///< the others are not sure
    double eligible = 0.8;                         ///< of those who ask the city
    double outside = 0.02;                         ///< live outside the city

    // --- the day, and agents ---
    double arrivals = 9 * 3600;  ///< from the first dial to the last first dial, from 9.00
    double horizon = 48 * 3600;  ///< what happens after the last first dial and this is not seen
    std::size_t agents = 153;    ///< one for each kelurahan
    double agent_takes = 0.9;
    double agent_median = 2 * 3600, agent_spread = 1.0;
    double agent_finishes = 0.85;
    double finish_median = 20 * 3600, finish_spread = 0.4;
    /// From the code to the SMS that sends it back.
    double code_median = 40, code_spread = 0.6;
};

}  // namespace jangkau::simulation

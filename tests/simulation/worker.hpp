#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/model.hpp"
#include "tests/support/menu_reader.hpp"

namespace jangkau::simulation {

/// What a worker types, and how long reading and typing takes.
struct Act {
    std::string typed;
    double seconds = 0;
    bool slipped = false;          ///< another key than he meant
    bool wants_to_retype = false;  ///< the NIK: he was told that it is wrong, or says so himself
};

/// A worker who registers himself: who he is, what he wants, and how he answers a screen. He
/// reads: what is asked decides, not which screen it is.
///
/// Lifetime: borrows the service and the reader.
class Worker {
public:
    Worker(const Model& model, const flows::Service& service, const MenuReader& reader,
           std::size_t index);

    /// Nothing: there is nothing here for him, he hangs up.
    [[nodiscard]] std::optional<Act> answer(const Seen& seen);

    /// His own ticket: from now on he asks how it stands rather than register again.
    void knows_ticket() { knows_ticket_ = true; }
    /// Whether a screen wants anything of him that he wants too.
    [[nodiscard]] bool wants(const Seen& seen) const { return !wanted(seen).empty(); }

    [[nodiscard]] const std::string& phone() const { return phone_; }  ///< E.164
    [[nodiscard]] const std::string& nik() const { return nik_; }
    /// "PEMKOT", "SENDIRI" or "TANYA"
    [[nodiscard]] std::string payer_word() const;
    [[nodiscard]] bool asks_city() const { return payer_ == Payer::city; }
    [[nodiscard]] bool eligible() const { return eligible_; }

private:
    enum class Payer { city, self, unsure };

    void choose_place(const flows::Service& service);
    [[nodiscard]] std::optional<std::string> key_in_list(const Seen& seen);
    [[nodiscard]] std::string wanted(const Seen& seen) const;
    [[nodiscard]] bool noticed_slip(const Seen& seen) const;
    [[nodiscard]] Act typed(std::string text, double mean);
    [[nodiscard]] Act chosen(std::string key);
    [[nodiscard]] Act type_nik();

    const Model& model_;
    const flows::Service& service_;
    const MenuReader& reader_;
    Dice fate_;   ///< who he is and what he wants
    Dice hands_;  ///< how fast and how surely he types
    std::string phone_, nik_, name_, birth_;
    std::string kecamatan_, kelurahan_, job_;
    Payer payer_ = Payer::unsure;
    bool eligible_ = false;
    double pace_ = 1;
    bool knows_ticket_ = false;
    bool types_place_ = false;
    std::string nik_typed_;
    std::string looked_through_;  ///< text id of a list that does not have what he looks for
};

}  // namespace jangkau::simulation

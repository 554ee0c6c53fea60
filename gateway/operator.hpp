#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "gateway/config.hpp"

namespace jangkau::gateway {

/// What an operator's command needs: the installation that it speaks to, and how it prints.
struct OperatorContext {
    const Config& config;
    bool json = false;
    bool terminal = false;  ///< standard error is one: progress bars
    std::ostream& out;
    std::ostream& err;
};

/// Sends one request of control.hpp through the socket of the running gateway (DATA/control.sock),
/// or, when none runs, opens the store and answers it here. Throws std::runtime_error with a
/// sentence for the operator.
[[nodiscard]] HttpResponse ask_installation(const OperatorContext& context,
                                            const HttpRequest& request);

/// Has the running gateway copy its database into a new file, or copies it itself where none runs.
/// Throws std::runtime_error.
void copy_installation(const OperatorContext& context, const std::string& file);
/// "operator NAME" of this process.
[[nodiscard]] std::string operator_here();

// The commands; each returns the exit code: 0 done, 1 refused or bad rows, 2 could not be asked.
int agents_import(const OperatorContext&, const std::string& file, bool apply);
int agents_list(const OperatorContext&);
int agents_set(const OperatorContext&, const std::string& id,
               const std::vector<std::pair<std::string, std::string>>& changes);
int eligibility_import(const OperatorContext&, const std::string& file, bool apply);
int desk_list(const OperatorContext&);
/// A verified copy in `folder`; backups older than `keep` go.
int backup(const OperatorContext&, const std::string& folder, std::chrono::seconds keep);
int restore(const OperatorContext&, const std::string& file);
/// Filters and the reason, as fields of the request.
using Said = std::vector<std::pair<std::string, std::string>>;
int audit_list(const OperatorContext&, const Said& filter);
/// `head`: a hash that the log told earlier, or "". 1 where the chain is not whole.
int audit_verify(const OperatorContext&, const std::string& head);
int breach_report(const OperatorContext&, const Said& filter);
/// `whose`: field "msisdn" or "ticket".
int consents_show(const OperatorContext&, const Said& whose);
int enrollments_list(const OperatorContext&,
                     const std::vector<std::pair<std::string, std::string>>& filter);
int enrollments_show(const OperatorContext&, const std::string& ticket,
                     const std::string& reason = "");
int enrollments_set(const OperatorContext&, const std::string& ticket, const std::string& status);
int enrollments_export(const OperatorContext&,
                       const std::vector<std::pair<std::string, std::string>>& filter);
int enrollments_import_results(const OperatorContext&, const std::string& file, bool apply);

}  // namespace jangkau::gateway

#pragma once

#include "gateway/core/http.hpp"
#include "menus/flows/service.hpp"
#include "sessions/store.hpp"

namespace jangkau::gateway {

/// One request of an operator's command, as the socket in the data folder takes it: the same code
/// answers for a running gateway and for a command that opened the store itself. Runs inside one
/// transaction.
///
///   GET  /agents                         JSON list
///   POST /agents/import[?apply=1]        CSV agent_id,name,msisdn,kelurahan,max_open
///   POST /agents/set?id=ID&...           on_leave, max_open, name, msisdn, kelurahan
///   POST /eligibility/import[?apply=1]   CSV nik,desil,as_of,source
///   GET  /enrollments[?status=&kelurahan=&since=&limit=]
///   GET  /enrollments/show?ticket=T      with its referrals
///   POST /enrollments/set?ticket=T&status=waiting|verifying|ended   what an officer found out
///   GET  /enrollments/export[?...]       CSV for BPJS-TK; holds whole NIKs
///   POST /enrollments/import-results[?apply=1]  CSV ticket,kpj,active_since
///   GET  /desk                           what officers have to do
///   ...  /keys...                        what the database is sealed with (control_keys.hpp)
///   GET  /consents?msisdn=M|ticket=T     what he agreed to and withdrew
///   GET  /breach-report?since=[&until=&actor=]   whose data was seen or changed, by whom
///   GET  /audit[?since=&until=&actor=&limit=]    the audit's rows
///   GET  /audit/chain[?after=N]          a stretch of the chain, to be followed
///
/// Every answer that shows or changes somebody's data is a row of the audit, in the same
/// transaction: with the operator's name (of the request's `peer`, "unix:NAME") and his `reason`, a
/// field that every request may have and the export must have.
///
/// Imports answer JSON
/// {"new":..,"changed":..,"same":..,"bad":[{"line":..,"why":".."}],"applied":bool}; with any bad
/// row nothing is applied. Errors are JSON {"error":"sentence"} with status 400 or 404.
[[nodiscard]] HttpResponse control(sessions::Unit& unit, const flows::Service& service,
                                   Random& random, Time now, const HttpRequest& request);

}  // namespace jangkau::gateway

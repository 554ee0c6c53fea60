#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <ostream>
#include <sstream>

#include "gateway/app.hpp"
#include "gateway/control_audit.hpp"
#include "gateway/operator_parts.hpp"
#include "sessions/copies.hpp"

namespace jangkau::gateway {
namespace {

namespace fs = std::filesystem;
using sessions::Erasure;

constexpr std::string_view kPrefix = "jangkau-";
constexpr std::string_view kSuffix = ".db";
/// Who was erased, of all backups in the folder: a restore of an older one erases them again.
constexpr const char* kLedger = "/erasures";

/// "20261123T010203Z"
std::string compact(Time time) {
    std::string out;
    for (const char c : iso(time))
        if (c != '-' && c != ':') out += c;
    return out;
}

/// When the backup of that name was made; nothing for any other file.
std::optional<Time> made_at(std::string_view name) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
    name.remove_prefix(kPrefix.size());
    name.remove_suffix(kSuffix.size());
    if (name.size() != compact(Time{}).size()) return std::nullopt;
    std::string written(name);
    for (const std::size_t at : {std::size_t{4}, std::size_t{7}}) written.insert(at, "-");
    for (const std::size_t at : {std::size_t{13}, std::size_t{16}}) written.insert(at, ":");
    return parse_iso_time(written);
}

std::string key_file(const Config& config) {
    return config.store.key_file.empty() ? config.data + "/key" : config.store.key_file;
}

std::set<Erasure> read_ledger(const std::string& file) {
    std::set<Erasure> out;
    std::ifstream in(file);
    for (std::string at, index; in >> at >> index;)
        if (const auto time = parse_iso_time(at)) out.emplace(*time, index);
    return out;
}

void write_ledger(const std::string& file, const std::set<Erasure>& erasures) {
    const std::string part = file + ".part";
    {
        std::ofstream out(part, std::ios::trunc);
        for (const auto& [at, index] : erasures) out << iso(at) << ' ' << index << '\n';
        if (!out.flush()) throw std::runtime_error(part + " cannot be written");
    }
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    fs::rename(part, file);
}

/// Backups of ours that are older than `keep`, but never the one just made.
std::vector<std::string> remove_old(const std::string& folder, Time before) {
    std::vector<std::string> gone;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const auto made = made_at(name);
        if (made && *made < before) gone.push_back(name);
    }
    std::ranges::sort(gone);
    for (const std::string& name : gone) fs::remove(folder + "/" + name);
    return gone;
}

/// Who was erased after the copy was made, is erased again. How many were still there.
std::size_t erase_again(sessions::Unit& unit, const Config& config, const Time now,
                        const std::set<std::string>& indexes) {
    SystemRandom random;
    flows::World world{*config.service, unit, random, now};
    std::size_t erased = 0;
    for (const Msisdn& phone : unit.known_phones()) {
        if (!indexes.contains(unit.audit_index(phone))) continue;
        flows::timer_due(world, {"erase", phone.digits(), now});
        ++erased;
    }
    return erased;
}

void make_backup(const OperatorContext& context, const std::string& folder,
                 std::chrono::seconds keep) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw std::runtime_error(folder + " cannot be made: " + std::strerror(errno));
    const Time now = SystemClock().now();
    const std::string whole = fs::canonical(folder).string();
    const std::string name = std::string(kPrefix) + compact(now) + std::string(kSuffix);
    const std::string part = whole + "/." + name + ".part";
    copy_installation(context, part);
    sessions::CopyFacts facts;
    try {
        facts = sessions::verify_copy(part, key_file(context.config));
    } catch (const std::exception&) {
        fs::remove(part);
        throw;
    }
    auto erasures = read_ledger(whole + kLedger);
    erasures.merge(facts.erasures);
    write_ledger(whole + kLedger, erasures);
    fs::rename(part, whole + "/" + name);
    const auto gone = remove_old(whole, now - keep);
    if (context.json) {
        boost::json::array removed;
        for (const std::string& one : gone) removed.emplace_back(one);
        context.out << boost::json::object{{"file", whole + "/" + name},
                                           {"enrollments", facts.enrollments},
                                           {"audit_rows", facts.audit_rows},
                                           {"removed", std::move(removed)}}
                    << '\n';
        return;
    }
    context.out << whole << '/' << name << ": verified, " << facts.enrollments << " tickets, "
                << facts.audit_rows << " rows of audit\n";
    for (const std::string& one : gone) context.out << "removed " << one << ": too old\n";
}

void restore_backup(const OperatorContext& context, const std::string& file) {
    const Config& config = context.config;
    if (config.store.kind != "sqlite") throw std::runtime_error("store.kind is not sqlite");
    const auto facts = sessions::verify_copy(file, key_file(config));
    const fs::path beside = fs::absolute(file).parent_path();
    const auto ledger = read_ledger(beside.string() + kLedger);
    sessions::place_copy(file, config.data);
    std::set<std::string> since;
    for (const Erasure& one : ledger)
        if (!facts.erasures.contains(one)) since.insert(one.second);
    const Time now = SystemClock().now();
    std::size_t erased = 0;
    open_store(config)->run([&](sessions::Unit& unit) {
        unit.audit({.actor = operator_here(),
                    .action = "restore",
                    .reason = fs::path(file).filename().string()});
        erased = erase_again(unit, config, now, since);
    });
    context.out << "restored into " << config.data << ": " << facts.enrollments << " tickets, "
                << facts.audit_rows << " rows of audit; erased again: " << erased << '\n';
    context.err
        << "note: who was erased after the last backup in " << beside.string()
        << " is back, and what was answered since this one is lost; look for "
           "'erasure.done' in the audit of the database that was replaced, if it can be read\n";
}

int tried(const OperatorContext& context, const std::function<void()>& what) {
    try {
        what();
        return done;
    } catch (const std::exception& failed) {
        context.err << failed.what() << '\n';
        return not_asked;
    }
}

}  // namespace

int backup(const OperatorContext& context, const std::string& folder, std::chrono::seconds keep) {
    return tried(context, [&] { make_backup(context, folder, keep); });
}

int restore(const OperatorContext& context, const std::string& file) {
    return tried(context, [&] { restore_backup(context, file); });
}

}  // namespace jangkau::gateway

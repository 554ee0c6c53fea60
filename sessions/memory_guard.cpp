#include <algorithm>
#include <iterator>

#include "sessions/memory_unit.hpp"

namespace jangkau::sessions {

using flows::AgentCode;
using flows::Incident;

namespace {

MemoryData::Key key_of(const AgentCode& code) { return {code.agent, code.ticket.text()}; }

template <class Wanted>
std::size_t counted(const std::vector<Incident>& incidents, Wanted wanted) {
    return static_cast<std::size_t>(std::ranges::count_if(incidents, wanted));
}

}  // namespace

void MemoryUnit::put(const AgentCode& code, std::string_view digits) {
    data_.codes.insert_or_assign(key_of(code), std::pair(code, std::string(digits)));
}

std::vector<AgentCode> MemoryUnit::codes_of(std::string_view agent) {
    std::vector<AgentCode> found;
    for (const auto& [key, code] : data_.codes)
        if (key.first == agent) found.push_back(code.first);
    return found;
}

bool MemoryUnit::is_code(const AgentCode& code, std::string_view digits) {
    const auto at = data_.codes.find(key_of(code));
    return at != data_.codes.end() && at->second.first.said == code.said &&
           at->second.second == digits;
}

void MemoryUnit::drop_code(const AgentCode& code) { data_.codes.erase(key_of(code)); }

bool MemoryUnit::has_pin(std::string_view agent) { return data_.pins.contains(agent); }

bool MemoryUnit::is_pin(std::string_view agent, std::string_view digits) {
    const auto at = data_.pins.find(agent);
    return at != data_.pins.end() && at->second == digits;
}

void MemoryUnit::set_pin(std::string_view agent, std::string_view digits) {
    if (digits.empty())
        data_.pins.erase(std::string(agent));
    else
        data_.pins.insert_or_assign(std::string(agent), std::string(digits));
}

void MemoryUnit::add(const Incident& incident) { data_.incidents.push_back(incident); }

std::size_t MemoryUnit::incidents(std::string_view kind, std::string_view agent, Time since) {
    return counted(data_.incidents, [&](const Incident& one) {
        return one.kind == kind && one.agent == agent && one.at >= since;
    });
}

std::size_t MemoryUnit::incidents(std::string_view kind, std::string_view agent,
                                  std::string_view ticket, Time since) {
    return counted(data_.incidents, [&](const Incident& one) {
        return one.kind == kind && one.agent == agent && one.ticket == ticket && one.at >= since;
    });
}

std::vector<Incident> MemoryUnit::incidents_between(Time from, Time to) {
    std::vector<Incident> found;
    std::ranges::copy_if(data_.incidents, std::back_inserter(found),
                         [=](const Incident& one) { return one.at >= from && one.at < to; });
    std::ranges::stable_sort(found, {}, &Incident::at);
    return found;
}

std::size_t MemoryUnit::forget_incidents(Time before) {
    return std::erase_if(data_.incidents, [=](const Incident& one) { return one.at < before; });
}

std::size_t MemoryUnit::sms_out(const Msisdn& to, Time since) {
    return static_cast<std::size_t>(std::ranges::count_if(data_.outbox, [&](const auto& entry) {
        const OutboxRow& row = entry.second.row;
        return row.sms.to == to && !row.channel.empty() && row.due >= since;
    }));
}

std::size_t MemoryUnit::sms_out(Time since) {
    return static_cast<std::size_t>(std::ranges::count_if(data_.outbox, [&](const auto& entry) {
        return !entry.second.row.channel.empty() && entry.second.row.due >= since;
    }));
}

}  // namespace jangkau::sessions

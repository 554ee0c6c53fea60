#include <charconv>
#include <stdexcept>

#include "sessions/sms_piece.hpp"
#include "sessions/sqlite_unit.hpp"

namespace jangkau::sessions {
namespace {

// What a piece says, in one sealed value: each part as "<bytes>:<part>".
std::string written(const SmsPiece& piece) {
    std::string out;
    for (const std::string& part :
         {piece.channel, piece.to, piece.ref, std::to_string(piece.total), piece.text}) {
        out += std::to_string(part.size()) + ":" + part;
    }
    return out;
}

std::string take_part(std::string_view& written) {
    std::size_t length = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), length);
    const auto head = static_cast<std::size_t>(end - written.data()) + 1;
    if (error != std::errc{} || head > written.size() || length > written.size() - head)
        throw std::runtime_error("a stored piece of an SMS is malformed");
    std::string part(written.substr(head, length));
    written.remove_prefix(head + length);
    return part;
}

SmsPiece read_piece(const Msisdn& from, unsigned number, std::string_view written, Time at) {
    SmsPiece piece{.channel = take_part(written),
                   .from = from,
                   .to = take_part(written),
                   .ref = take_part(written),
                   .number = number,
                   .at = at};
    piece.total = static_cast<unsigned>(std::stoul(take_part(written)));
    piece.text = take_part(written);
    return piece;
}

}  // namespace

std::string piece_group(std::string_view written) {
    std::string_view rest = written;
    for (int part = 0; part < 4; ++part) take_part(rest);
    // The same without its text.
    return std::string(written.substr(0, written.size() - rest.size())) + "0:";
}

Vault::Index SqliteUnit::sms_index(KeyId key, const SmsPiece& piece) const {
    return vault_.index(key, "pieces", piece_group(written(piece)));
}

void SqliteUnit::put(const SmsPiece& piece) {
    const Vault::Index sms = sms_index(vault_.current(), piece);
    for (const KeyId key : old_keys()) {
        // The pieces that are there already go with it: one SMS has one index.
        query("UPDATE sms_pieces SET sms = ? WHERE msisdn = ? AND sms = ?")
            .bind(sms, piece.from, sms_index(key, piece))
            .exec();
    }
    const std::int64_t id = next_id("SELECT coalesce(max(id), 0) FROM sms_pieces");
    const std::string sealed = seal(
        columns::kPiece, {std::to_string(id), piece.from.digits(), std::to_string(piece.number)},
        written(piece));
    query(
        "INSERT INTO sms_pieces (id, msisdn, sms, number, piece, at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING")
        .bind(id, piece.from, sms, piece.number, Blob{sealed}, piece.at)
        .exec();
    query(
        "DELETE FROM sms_pieces WHERE msisdn = ?1 AND sms IN (SELECT sms FROM sms_pieces"
        " WHERE msisdn = ?1 GROUP BY sms ORDER BY max(id) DESC LIMIT -1 OFFSET ?2)")
        .bind(piece.from, kPieceGroupsMax)
        .exec();
}

std::vector<SmsPiece> SqliteUnit::read_pieces(Query& rows) const {
    std::vector<SmsPiece> found;
    while (rows.next()) {
        const std::string id = rows.text();
        const Msisdn from = rows.msisdn();
        const auto number = rows.number<unsigned>();
        const std::string plain =
            unseal(columns::kPiece, {id, from.digits(), std::to_string(number)}, rows.text());
        found.push_back(read_piece(from, number, plain, rows.time()));
    }
    return found;
}

std::vector<SmsPiece> SqliteUnit::pieces_with(const SmsPiece& one) {
    for (const KeyId key : vault_.ids()) {
        auto rows = query(
            "SELECT id, msisdn, number, piece, at FROM sms_pieces WHERE msisdn = ? AND sms = ?"
            " ORDER BY number");
        auto found = read_pieces(rows.bind(one.from, sms_index(key, one)));
        if (!found.empty()) return found;
    }
    return {};
}

void SqliteUnit::drop_pieces(const SmsPiece& one) {
    for (const KeyId key : vault_.ids()) {
        query("DELETE FROM sms_pieces WHERE msisdn = ? AND sms = ?")
            .bind(one.from, sms_index(key, one))
            .exec();
    }
}

std::vector<SmsPiece> SqliteUnit::stale_pieces(Time since, std::size_t limit) {
    auto rows = query(
        "SELECT id, msisdn, number, piece, at FROM sms_pieces WHERE id IN"
        " (SELECT min(id) FROM sms_pieces WHERE at < ? GROUP BY msisdn, sms)"
        " ORDER BY id LIMIT ?");
    return read_pieces(rows.bind(since, limit));
}

}  // namespace jangkau::sessions

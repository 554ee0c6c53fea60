#include "gateway/pieces.hpp"

#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::size_t kGivenUpAtOnce = 100;

std::string id_of(const sessions::SmsPiece& piece) {
    return "pieces|" + piece.ref + "|" + std::to_string(piece.total) + "|" + piece.from.digits() +
           "|" + piece.to + "|" + std::to_string(piece.at.time_since_epoch().count());
}

}  // namespace

std::optional<adapters::SmsIn> joined(TurnWorld& world, const adapters::SmsIn& sms) {
    if (!sms.part || sms.part->total <= 1) return sms;
    if (sms.part->total > kPiecesMax) {
        adapters::SmsIn unread = sms;
        unread.part.reset();
        unread.id = "pieces|" + sms.part->ref + "|" + sms.from.digits() + "|" +
                    std::to_string(world.now.time_since_epoch() / kPiecesWait);
        unread.text.clear();
        return unread;
    }
    // A piece of an SMS that was joined already must not begin a new one.
    const std::string seen = "piece|" + std::string(world.channel) + "|" + sms.id + "|" +
                             std::to_string(sms.part->number);
    if (!sms.id.empty()) {
        if (world.unit.seen(seen)) return std::nullopt;
        world.unit.see(seen, world.now);
    }
    const sessions::SmsPiece piece{
        std::string(world.channel), sms.from,        sms.to,   sms.part->ref,
        sms.part->number,           sms.part->total, sms.text, world.now};
    // Some phones use the same reference again and again: another text in the same place is a new
    // SMS.
    for (const sessions::SmsPiece& kept : world.unit.pieces_with(piece))
        if (kept.number == piece.number && kept.text != piece.text) {
            world.unit.drop_pieces(piece);
            break;
        }
    world.unit.put(piece);
    const auto pieces = world.unit.pieces_with(piece);
    if (pieces.size() < sms.part->total) return std::nullopt;
    adapters::SmsIn whole = sms;
    whole.part.reset();
    whole.id = id_of(pieces.front());
    whole.text.clear();
    for (const sessions::SmsPiece& one : pieces) whole.text += one.text;
    world.unit.drop_pieces(piece);
    return whole;
}

std::size_t give_up_pieces(TurnWorld& world) {
    const auto stale = world.unit.stale_pieces(world.now - kPiecesWait, kGivenUpAtOnce);
    for (const sessions::SmsPiece& piece : stale) {
        log::warning("sms_incomplete",
                     {{"channel", piece.channel},
                      {"from", piece.from},
                      {"pieces", static_cast<unsigned long>(world.unit.pieces_with(piece).size())},
                      {"of", piece.total}});
        world.unit.drop_pieces(piece);
        TurnWorld own = world;
        own.channel = piece.channel;
        (void)take_sms(
            own,
            adapters::SmsIn{.id = id_of(piece), .from = piece.from, .to = piece.to, .text = ""});
    }
    return stale.size();
}

}  // namespace jangkau::gateway

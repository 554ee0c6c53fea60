// ./dev simulate: how many workers come through, at which loss, with how much patience.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/simulation/report.hpp"

namespace {

using namespace jangkau::simulation;

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void write_docs(const std::vector<Figures>& all) {
    const std::filesystem::path docs = JANGKAU_SOURCE_DIR "/docs";
    write(docs / "completion.svg", chart(all));
    write(docs / "SIMULATION.md", with_tables(read(docs / "SIMULATION.md"), tables(all)));
}

/// "dialogue_max=180"
void assume(Model& model, const std::string& assumption) {
    static const std::map<std::string, double Model::*> kFigures{
        {"dialogue_max", &Model::dialogue_max},
        {"sms_lost", &Model::sms_lost},
        {"choose", &Model::choose},
        {"type_nik", &Model::type_nik},
        {"type_name", &Model::type_name},
        {"slow_share", &Model::slow_share},
        {"nik_slip", &Model::nik_slip},
        {"wrong_key", &Model::wrong_key},
        {"redials", &Model::redials},
        {"dials_shortcut", &Model::dials_shortcut},
        {"types_place", &Model::types_place},
        {"type_place", &Model::type_place},
        {"read_back", &Model::read_back},
        {"follows_nudge", &Model::follows_nudge},
        {"answers_sms", &Model::answers_sms},
        {"continues_by_sms", &Model::continues_by_sms},
        {"redials_with_ticket", &Model::redials_with_ticket}};
    const auto equals = assumption.find('=');
    const auto figure = kFigures.find(assumption.substr(0, equals));
    if (equals == std::string::npos || figure == kFigures.end()) {
        std::string known;
        for (const auto& [name, member] : kFigures) known += " " + name;
        throw CLI::ValidationError("--assume", "NAME=VALUE, with one of" + known);
    }
    model.*figure->second = std::stod(assumption.substr(equals + 1));
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Simulates workers who register. Without options it writes docs/completion.svg and the "
        "tables in docs/SIMULATION.md; with any it only prints."};
    const Model shipped;
    std::uint64_t seed = shipped.seed;
    std::size_t workers = shipped.workers;
    std::vector<double> losses;
    std::vector<std::string> assumptions;
    app.add_option("--seed", seed, "of all chance")->capture_default_str();
    app.add_option("--workers", workers, "how many")->capture_default_str();
    app.add_option("--loss", losses, "percent of hops lost, one or several");
    app.add_option("--assume", assumptions, "another figure of the model: redials=0.8, ...");
    CLI11_PARSE(app, argc, argv);

    std::vector<Model> models = documented_models();
    std::erase_if(models, [&](const Model& model) {
        return !losses.empty() && std::none_of(losses.begin(), losses.end(), [&](double loss) {
            return std::abs(model.loss * 100 - loss) < 0.01;
        });
    });
    for (Model& model : models) {
        model.seed = seed;
        model.workers = workers;
        for (const std::string& assumption : assumptions) assume(model, assumption);
    }
    if (models.empty()) {
        std::fputs("the losses are 0, 5, 10, 15, 20, 25 and 30\n", stderr);
        return 1;
    }
    const auto all = simulate_all(models);
    std::fputs(tables(all).c_str(), stdout);
    if (argc == 1) write_docs(all);
    return 0;
}

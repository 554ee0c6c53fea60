// What one turn may cost, in figures that hardly depend on how busy the machine is. Each is measured
// on the program itself under the registrations of the bench, and compared with budget.json.
//
//   budget.mjs BUILD_FOLDER [--update]        measures, compares (or writes new bounds); 1 = worse
//   budget.mjs --compare MEASURED BUDGET      compares two files
import {execFile, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createConnection, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const budgetFile = join(here, 'budget.json');
const hops = 11;

/// Lines about what is worse than its bound and the tolerance, or is in one file alone.
export function compare(measured, budget) {
  const lines = [];
  for (const [name, figure] of Object.entries(measured)) {
    const entry = budget[name];
    if (!entry) lines.push(`${name}: ${figure} was measured and has no bound`);
    else if (figure > entry.bound * (1 + entry.tolerance))
      lines.push(`${name}: ${figure} is ${((figure / entry.bound - 1) * 100).toFixed(1)} % more than ${entry.bound}; ${entry.tolerance * 100} % are allowed`);
  }
  for (const name of Object.keys(budget))
    if (!(name in measured)) lines.push(`${name}: has a bound and was not measured`);
  return lines;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address();
      server.close(() => resolve(port));
    });
  });
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('connect', () => resolve(socket.destroy() && true));
    socket.on('error', () => resolve(false));
  });
}

class Gateway {
  static async start(build, folder, wrapper = [], env = {}) {
    const gateway = new Gateway();
    gateway.port = await freePort();
    gateway.build = build;
    gateway.first = 0;
    const set = [`listen=127.0.0.1:${gateway.port}`, 'admin=127.0.0.1:0', `data=${folder}`, 'log.level=warning', 'limits.connections_per_peer_max=4096'];
    const words = [...wrapper, join(build, 'jangkau'), 'serve', '--config', join(here, '../../config/jangkau.yaml'), ...set.flatMap((one) => ['--set', one])];
    gateway.err = '';
    gateway.process = spawn(words[0], words.slice(1), {stdio: ['ignore', 'ignore', 'pipe'], env: {...process.env, ...env}});
    gateway.process.stderr.on('data', (data) => (gateway.err += data));
    gateway.ended = new Promise((resolve) => gateway.process.on('exit', resolve));
    for (let i = 0; i < 1200 && !(await listens(gateway.port)); ++i) await sleep(50);
    return gateway;
  }
  /// So many answers of registrations of new workers.
  async load(connections, answers) {
    const words = ['--port', this.port, '--connections', connections, '--milliseconds', 240000, '--answers', answers, '--first', this.first];
    this.first += answers;
    const {stdout} = await run(join(this.build, 'tests/jangkau_bench_turns'), words.map(String));
    if (!/ 0 wrong/.test(stdout)) throw new Error(stdout);
  }
  /// The program itself, where a wrapper stands before it.
  get pid() {
    const own = this.process.pid;
    const child = readdirSync(`/proc/${own}/task`).flatMap((task) => readFileSync(`/proc/${own}/task/${task}/children`, 'utf8').trim().split(' ')).find(Boolean);
    return child ? Number(child) : own;
  }
  async end() {
    process.kill(this.pid, 'SIGTERM');
    await this.ended;
  }
}

async function withGateway(build, wrapper, env, use) {
  const folder = mkdtempSync(join(tmpdir(), 'budget-'));
  try {
    const gateway = await Gateway.start(build, join(folder, 'data'), wrapper(folder), env);
    try {
      await gateway.load(64, 64 * hops);  // statements are prepared, caches are filled
      return await use(gateway, folder);
    } finally {
      await gateway.end();
    }
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const linesOf = (file) => readFileSync(file, 'utf8').split('\n').length - 1;

async function syncs(build, connections) {
  const answers = 200 * hops * 4;
  return withGateway(build, (folder) => ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=fsync,fdatasync', '-e', 'signal=none', '-o', join(folder, 'trace')], {}, async (gateway, folder) => {
    const before = linesOf(join(folder, 'trace'));
    await gateway.load(connections, answers);
    return (linesOf(join(folder, 'trace')) - before) / answers;
  });
}

async function systemCalls(build) {
  const answers = 100 * hops;
  return withGateway(build, (folder) => ['strace', '-f', '-qq', '-e', 'signal=none', '-o', join(folder, 'trace')], {}, async (gateway, folder) => {
    const before = linesOf(join(folder, 'trace'));
    await gateway.load(64, answers);
    return (linesOf(join(folder, 'trace')) - before) / answers;
  });
}

async function bytesWritten(build) {
  const answers = 2000 * hops;
  return withGateway(build, () => [], {}, async (gateway) => {
    const written = () => Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${gateway.pid}/io`, 'utf8'))[1]);
    const before = written();
    await gateway.load(64, answers);
    return (written() - before) / answers;
  });
}

async function instructions(build) {
  const answers = 500 * hops;
  return withGateway(build, (folder) => ['valgrind', '--tool=callgrind', '--instr-atstart=no', `--callgrind-out-file=${join(folder, 'out')}`], {}, async (gateway, folder) => {
    await run('callgrind_control', ['-i', 'on', String(gateway.process.pid)]);
    await gateway.load(64, answers);
    await run('callgrind_control', ['-i', 'off', String(gateway.process.pid)]);
    await run('callgrind_control', ['-d', String(gateway.process.pid)]);
    await sleep(1000);
    const dump = readdirSync(folder).find((name) => name.startsWith('out.'));
    const totals = /^totals: (\d+)/m.exec(readFileSync(join(folder, dump), 'utf8'));
    return Number(totals[1]) / answers;
  });
}

/// jangkau's allocator tells at the end how often it was asked; a shorter run's are taken off.
async function allocations(build) {
  const asked = async (answers) => {
    let gateway;
    await withGateway(build, () => [], {MALLOC_CONF: 'stats_print:true,stats_print_opts:Jdablxeh'}, async (one) => {
      gateway = one;
      await one.load(64, answers);
    });
    const stats = JSON.parse(gateway.err.slice(gateway.err.indexOf('{"jemalloc"')));
    const merged = stats.jemalloc['stats.arenas'].merged;
    return merged.small.nrequests + merged.large.nrequests;
  };
  const short = 100 * hops, long = 1100 * hops;
  return ((await asked(long)) - (await asked(short))) / (long - short);
}

async function measure(build) {
  const rounded = (figure, digits) => Number(figure.toFixed(digits));
  return {
    'syncs a turn, 64 in flight': rounded(await syncs(build, 64), 4),
    'syncs a turn, 256 in flight': rounded(await syncs(build, 256), 4),
    'bytes written a turn': rounded(await bytesWritten(build), 0),
    'system calls a turn': rounded(await systemCalls(build), 2),
    'instructions a turn': rounded(await instructions(build), 0),
    'allocations a turn': rounded(await allocations(build), 0),
  };
}

/// Batches form as the machine lets them; what a turn computes does not.
const tolerances = {
  'syncs a turn, 64 in flight': 0.5,
  'syncs a turn, 256 in flight': 0.5,
  'bytes written a turn': 0.15,
  'system calls a turn': 0.25,
  'instructions a turn': 0.03,
  'allocations a turn': 0.03,
};

const words = process.argv.slice(2);
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
let measured, budget;
if (words[0] === '--compare') {
  [measured, budget] = [json(words[1]), json(words[2])];
} else {
  measured = await measure(words[0]);
  if (words.includes('--update')) {
    const bounds = Object.entries(measured).map(([name, bound]) => [name, {bound, tolerance: tolerances[name]}]);
    writeFileSync(budgetFile, JSON.stringify(Object.fromEntries(bounds), null, 2) + '\n');
  }
  budget = json(budgetFile);
}
for (const [name, figure] of Object.entries(measured)) console.log(`${name}: ${figure}` + (budget[name] ? ` (${budget[name].bound})` : ''));
const worse = compare(measured, budget);
for (const line of worse) console.error(line);
process.exit(worse.length > 0 ? 1 : 0);

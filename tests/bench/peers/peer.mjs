// node peer.mjs STACK FOLDER: serves the registration at POST / on a free port of 127.0.0.1, prints the port.
// STACK: umb-redis, fastify-redis (both: the Redis socket FOLDER/redis.sock), fastify-sqlite (FOLDER/peer.db).

import { step, states } from './menu.mjs';

const [stack, folder] = process.argv.slice(2);
const kLifetimeSeconds = 24 * 3600;

async function redisClient() {
  const { createClient } = await import('redis');
  const client = createClient({ socket: { path: `${folder}/redis.sock` } });
  await client.connect();
  return client;
}

function say(port) {
  process.stdout.write(`${port}\n`);
}

// ussd-menu-builder as its README shows it, but with a menu for each request: a shared one mixes up the answers of two callers
// at once when its sessions are kept asynchronously.
async function menuBuilder() {
  const { default: express } = await import('express');
  const { default: UssdMenu } = await import('ussd-menu-builder');
  const redis = await redisClient();
  const key = (id, name) => `${id}:${name}`;
  const sessions = {
    start: (id, done) => done(),
    end: (id, done) => done(),
    set: (id, name, value, done) =>
      redis.set(key(id, name), value, { EX: kLifetimeSeconds }).then(() => done && done(), done),
    get: (id, name, done) => redis.get(key(id, name)).then((value) => done(null, value), done),
  };

  const build = () => {
    const menu = new UssdMenu();
    menu.sessionConfig(sessions);
    const keep = async (name) => menu.session.set(name, menu.val);
    const names = Object.keys(states);
    const inputs = {
      consent: '1', nik: '*\\d{16}', name: '*\\w+', place: '*\\w+', payer: '*[123]', job: '*[1-9]', programme: '*[12]',
      income: '1', months: '*[1-4]', summary: '1',
    };
    const kept = { nik: '0000', name: '', place: '' };
    menu.startState({ run: () => menu.con(states.consent.text(kept)), next: { [inputs.consent]: 'nik' } });
    names.slice(1).forEach((name, i) => {
      const before = names[i];
      menu.state(name, {
        run: async () => {
          if (inputs[before].startsWith('*')) await keep(before);
          if (name === 'name') kept.nik = menu.val;
          if (name === 'summary') for (const one of ['nik', 'name', 'place']) kept[one] = (await menu.session.get(one)) ?? '';
          if (states[name].end) menu.end(states[name].text(kept));
          else menu.con(states[name].text(kept));
        },
        next: inputs[name] ? { [inputs[name]]: names[i + 2] } : {},
      });
    });
    return menu;
  };

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(express.urlencoded({ extended: false }));
  app.post('/', (request, response) => {
    build().run(request.body, (screen) => response.type('text/plain').send(screen));
  });
  const server = app.listen(0, '127.0.0.1', () => say(server.address().port));
}

async function fastify(load, save) {
  const { default: Fastify } = await import('fastify');
  const app = Fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body))),
  );
  app.post('/', async (request, reply) => {
    const { sessionId, text } = request.body;
    const { session, screen } = step(text === '' ? null : await load(sessionId), text);
    await save(sessionId, session);
    reply.type('text/plain');
    return screen;
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  say(app.server.address().port);
}

async function fastifyRedis() {
  const redis = await redisClient();
  await fastify(
    async (id) => JSON.parse(await redis.get(id)),
    (id, session) => redis.set(id, JSON.stringify(session), { EX: kLifetimeSeconds }),
  );
}

// An expert's: what one turn of the event loop brought shares one commit, and nobody is answered before it.
async function fastifySqlite() {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(`${folder}/peer.db`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE sessions (id TEXT PRIMARY KEY, session TEXT NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID');
  const get = db.prepare('SELECT session FROM sessions WHERE id = ?').pluck();
  const put = db.prepare('INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET session = excluded.session, changed = excluded.changed');
  let waiting = [];
  const commit = () => {
    const batch = waiting;
    waiting = [];
    db.exec('BEGIN IMMEDIATE');
    for (const { id, session } of batch) put.run(id, session, Date.now());
    db.exec('COMMIT');
    for (const { done } of batch) done();
  };
  await fastify(
    (id) => JSON.parse(get.get(id)),
    (id, session) =>
      new Promise((done) => {
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ id, session: JSON.stringify(session), done });
      }),
  );
}

await { 'umb-redis': menuBuilder, 'fastify-redis': fastifyRedis, 'fastify-sqlite': fastifySqlite }[stack]();

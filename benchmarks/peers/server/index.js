// The peer of ./bench signin: sign-ins by @simplewebauthn/server and fastify on the paths and with the JSON that OpenPassage
// has, so that one load generator drives both. README.md lists the settings.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { buildServer } from './server.js';
import { openStore } from './store.js';

const settings = {
  store: process.env.STORE ?? 'sqlite',
  sqliteFile: process.env.SQLITE_FILE ?? 'peer.db',
  databaseUrl: process.env.DATABASE_URL,
  poolSize: Number(process.env.POOL ?? 16),
  appId: process.env.APP_ID ?? 'bench',
  apiKey: process.env.API_KEY ?? 'bench-key',
  rpId: process.env.RP_ID ?? 'localhost',
  origin: process.env.ORIGIN ?? 'http://localhost',
  port: Number(process.env.PORT ?? 8430),
};
const workers = Number(process.env.WORKERS ?? 1);

if (cluster.isPrimary) {
  const store = await openStore(settings);
  await store.createTables();
  if (process.env.SEED) await store.seed(JSON.parse(readFileSync(process.env.SEED, 'utf8')));
  setInterval(() => store.deleteExpired(Date.now()), 60_000);
  if (workers === 1) {
    await listen(store);
  } else {
    for (let i = 0; i < workers; i++) cluster.fork();
    // A worker that dies takes the run with it: a benchmark must not go on with half its server.
    cluster.on('exit', () => process.exit(1));
    process.on('SIGTERM', () => process.exit(0));
  }
} else {
  process.on('disconnect', () => process.exit(0));
  await listen(await openStore(settings));
}

async function listen(store) {
  const server = buildServer(settings, store);
  await server.listen({ host: '127.0.0.1', port: settings.port });
}

// Executes programs one after another, as `node program.ts` would, in one process.
// Each line on standard input is {"path": …, "environ": {…}}; each line on the descriptor given is
// {"output": …, "error": …}.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { writeSync } from 'node:fs';
import { dirname } from 'node:path';

const descriptor = Number(process.argv[2]);
let output = '';
let failure = '';
let ended = () => {};

for (const stream of [process.stdout, process.stderr]) {
  stream.write = (piece, ...more) => {
    output += typeof piece === 'string' ? piece : Buffer.from(piece).toString();
    more.find((item) => typeof item === 'function')?.();
    return true;
  };
}
process.exit = (code) => {
  failure = code ? `exit ${code}` : '';
  ended();
  return new Promise(() => {});
};
process.on('uncaughtException', (error) => {
  failure = String(error?.stack ?? error);
  ended();
});

async function execute({ path, environ }) {
  Object.assign(process.env, environ);
  process.chdir(dirname(path));
  process.argv = [process.argv[0], path];
  output = failure = '';
  process.exitCode = undefined;
  const exit = new Promise((resolve) => (ended = resolve));
  try {
    await Promise.race([import(pathToFileURL(path).href), exit]);
  } catch (error) {
    failure = String(error?.stack ?? error);
  }
  if (process.exitCode) failure ||= `exit ${process.exitCode}`;
  process.exitCode = undefined;
  return { output, error: failure };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await execute(JSON.parse(line));
  const bytes = Buffer.from(JSON.stringify(answer) + '\n');
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

import { commandLine } from './command-line.ts';

// Nobody is left to be told that a message cannot be written.
process.stderr.on('error', () => {});
const streams = { out: process.stdout, messages: process.stderr };
process.exitCode = await commandLine(process.argv.slice(2), process.env, streams);

// Stops npm's scripts on a Node that cannot run TypeScript. Plain JavaScript, because that is where it runs.
// npm puts node_modules/.bin first, where Linux on x86-64 finds Node 24; elsewhere the machine has to bring its own.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`Cotejo necesita Node.js 24 o posterior; este es ${process.version}. https://nodejs.org/es/download`);
  console.error(`Cotejo needs Node.js 24 or later; this is ${process.version}. https://nodejs.org/en/download`);
  process.exitCode = 1;
}

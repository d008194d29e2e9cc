import { runCommand } from '../../src/compose/command.ts'

// Runs something that goes on for ever, and tells its id: it must not outlive this process.
await runCommand(['sh', '-c', 'sleep 1000 & echo $! >&2; wait'], {
  environment: process.env,
  folder: process.cwd(),
  signal: undefined,
  onLine: (line) => process.stdout.write(`${line}\n`),
})

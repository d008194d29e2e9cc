import { randomBytes } from 'node:crypto'
import { parseRequest, usage, type Request } from './arguments.ts'
import { leftBehindHint, runDemo } from './demo.ts'
import { interruptSignal } from './interrupt.ts'
import { Screen } from './screen.ts'
import { styleFor } from './style.ts'

async function run(request: Extract<Request, { kind: 'run' }>): Promise<number> {
  const screen = new Screen((text) => process.stdout.write(text), styleFor(process.stdout, request.plain, process.env))
  const runId = randomBytes(4).toString('hex')
  process.on('exit', () => screen.restore())
  const interrupt = interruptSignal({
    first: ({ message }) => screen.problem(message),
    last() {
      screen.restore()
      process.stderr.write(`${leftBehindHint(runId)}\n`)
    },
  })
  const { backend } = request
  return runDemo({ screen, interrupt, runId, ...(backend && { backend }) })
}

const request = parseRequest(process.argv.slice(2))
if (request.kind === 'run') {
  process.exitCode = await run(request)
} else if (request.kind === 'help') {
  process.stdout.write(usage)
} else {
  process.stderr.write(`${request.reason}\n\n${usage}`)
  process.exitCode = 2
}

import type { Programs as ContractPrograms } from '@moorage/runtime-contract-tests'
import { observe } from './aspects.ts'
import type { FakeImageSpec, FakeProcess, Program, Programs } from '@moorage/runtime-fake'

const image = 'moorage-contract:1'
const checkedImage = 'moorage-contract-checked:1'
const files = { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' }
const healthcheck = { test: ['read-file', '/tmp/up'], intervalMs: 1000 }

/** Rejects once the process is killed: the fake's clock does not wake what waits for nothing else. */
function untilKilled({ killed }: FakeProcess): Promise<never> {
  return new Promise((_, reject) => {
    killed.addEventListener('abort', () => reject(killed.reason), { once: true })
  })
}

async function forEver(process: FakeProcess, work: () => Promise<void>): Promise<never> {
  for (;;) {
    process.killed.throwIfAborted()
    await work()
    // A turn of the event loop: on a clock that goes on by itself a sleep alone would starve everything else.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const cat: Program = async ({ argv, files, stdin, stdout }) => {
  const paths = argv.slice(1)
  for (const path of paths) await stdout(files.read(path) ?? '')
  if (paths.length === 0) for await (const bytes of stdin) await stdout(bytes)
}

const touchUntilKilled: Program = async (process) => {
  let count = 0
  return forEver(process, async () => process.files.write(process.argv[1] ?? '', String((count += 1))))
}

const sizes: Program = async ({ stdin, stdout, terminalSize }) => {
  const tell = (): Promise<void> => {
    const { rows, columns } = terminalSize() ?? {}
    return stdout(`${rows} ${columns}\n`)
  }
  await tell()
  for await (const bytes of stdin) if (bytes.includes(0x0a)) await tell()
}

const onTerm: Program = async (process) => {
  const code = Number(process.argv[1])
  const ended = new Promise<number>((resolve) => {
    process.onSignal('SIGTERM', () => resolve(code))
    process.onSignal('SIGUSR1', () => resolve(code + 1))
  })
  await process.stdout('ready\n')
  return Promise.race([ended, untilKilled(process)])
}

const ask: Program = async (process) => {
  const [, host = '', port = ''] = process.argv
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await process.stdout(await process.network.request(host, Number(port)))
      return 0
    } catch {
      await process.sleep(100)
    }
  }
  return 1
}

const programs: Programs = {
  cat,
  ask,
  observe,
  'on-term': onTerm,
  exit: ({ argv }) => Number(argv[1]),
  lines: async ({ argv, stdout }) => {
    for (let line = 1; line <= Number(argv[1]); line += 1) await stdout(`line ${line}\n`)
    return Number(argv[2])
  },
  write: async ({ argv, stdout, stderr }) => {
    await stdout(argv[1] ?? '')
    await stderr(argv[2] ?? '')
  },
  repeat: async ({ argv, stdout }) => {
    const bytes = new TextEncoder().encode((argv[1] ?? '').repeat(Number(argv[2])))
    // Cut without regard to characters, as a pipe does.
    for (let start = 0; start < bytes.length; start += 4000) await stdout(bytes.subarray(start, start + 4000))
  },
  forever: async (process) => {
    await process.stdout('ready\n')
    return untilKilled(process)
  },
  'ignore-term': async (process) => {
    process.onSignal('SIGTERM', () => undefined)
    await process.stdout('ready\n')
    return untilKilled(process)
  },
  ticks: async (process) => {
    let tick = 0
    return forEver(process, async () => {
      await process.stdout(`tick ${(tick += 1)}\n`)
      await process.sleep(50)
    })
  },
  environment: async ({ env, stdout }) => {
    for (const [name, value] of Object.entries(env)) await stdout(`${name}=${value}\n`)
  },
  user: async ({ user, container, stdout }) => {
    const isCaller = container.spec.namespaces?.user === 'keep-id'
    await stdout(`${isCaller ? '1000' : user === 'root' ? '0' : user}\n`)
  },
  directory: async ({ workingDirectory, stdout }) => stdout(`${workingDirectory}\n`),
  hostname: async ({ hostname, stdout }) => stdout(`${hostname}\n`),
  'echo-arguments': async ({ argv, stdout }) => {
    for (const text of argv.slice(1)) await stdout(`${text}\n`)
  },
  'write-file': ({ argv, files }) => files.write(argv[1] ?? '', argv[2] ?? ''),
  'read-file': async ({ argv, files, stdout }) => {
    const content = files.read(argv[1] ?? '')
    if (content === undefined) return 1
    await stdout(content)
    return 0
  },
  'touch-until-killed': touchUntilKilled,
  sizes,
  // The fake's processes have no children: what is shown with them is shown with themselves.
  'touch-in-child': touchUntilKilled,
  'leave-behind': async ({ argv, stdout }) => stdout(argv[1] ?? ''),
  spin: async (process) => {
    process.use({ cpuUsage: 1 })
    await process.stdout('ready\n')
    return untilKilled(process)
  },
  // By the turns of the event loop: what runs beside it must have had its chance.
  pause: async () => new Promise((resolve) => setTimeout(resolve, 5)),
  listen: async (process) => {
    const [, port = '', answer = ''] = process.argv
    process.network.listen(Number(port), () => answer)
    return untilKilled(process)
  },
}

/** The image that has the programs of the contract. */
export const contractImage: Readonly<Record<string, FakeImageSpec>> = {
  [image]: { programs, files },
  [checkedImage]: { programs, files, healthcheck },
}

/** How the cases call them. */
export const contractPrograms: ContractPrograms = {
  image,
  exit: (code) => ['exit', String(code)],
  lines: (count, exitCode = 0) => ['lines', String(count), String(exitCode)],
  write: (stdout, stderr = '') => ['write', stdout, stderr],
  repeat: (text, count) => ['repeat', text, String(count)],
  forever: () => ['forever'],
  ignoreTerm: () => ['ignore-term'],
  onTerm: (code) => ['on-term', String(code)],
  ticks: () => ['ticks'],
  cat: () => ['cat'],
  environment: () => ['environment'],
  user: () => ['user'],
  directory: () => ['directory'],
  hostname: () => ['hostname'],
  echoArguments: (...texts) => ({ entrypoint: ['echo-arguments'], command: texts }),
  writeFile: (path, text) => ['write-file', path, text],
  readFile: (path) => ['read-file', path],
  touchUntilKilled: (path) => ['touch-until-killed', path],
  touchInChild: (path) => ['touch-in-child', path],
  leaveBehind: (text) => ['leave-behind', text],
  spin: () => ['spin'],
  sizes: () => ['sizes'],
  pause: (milliseconds) => ['pause', String(milliseconds)],
  listen: (port, answer) => ['listen', String(port), answer],
  ask: (host, port) => ['ask', host, String(port)],
  observe: (aspect, about = '') => ['observe', aspect, about],
  hostDevice: '/dev/zero',
  hostDirectory: '/etc',
  hostFile: 'passwd',
  notExecutable: '/etc/passwd',
  otherUser: '12345',
  checkedImage,
}

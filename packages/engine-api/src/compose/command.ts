import { setTimeout as delay } from 'node:timers/promises'

/** A command that has ended by itself. */
export interface EndedCommand {
  readonly exitCode: number | undefined
  readonly stdout: string
  /** Of stderr. */
  readonly lastLines: readonly string[]
  /** Why it could not be started. */
  readonly notStarted?: string
}

export interface CommandOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly signal: AbortSignal | undefined
  /** Sees every line of stderr. */
  readonly onLine?: (line: string) => void
}

type Execa = (typeof import('execa'))['execa']

const keptLines = 50
const longestLine = 4096
const longestOutput = 64 * 1024 * 1024

/** How long a command may take to end by itself once it was asked to. */
const graceMs = 2000

/** How long what was killed is waited for: a process that is stuck in the kernel, or that nobody reaps, stays. */
const killedMs = 2000

/**
 * Runs the command in a process group of its own that ends when this process does, even by SIGKILL: the shell has a pipe
 * from us, and kills the group when it breaks. Nothing is passed through the shell's own grammar.
 */
const leash = `
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{ read -r _ <&3; kill -KILL 0; } &
watcher=$!
wait "$command"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`

/**
 * Runs a command to its end; a signal ends it with all its children first and rejects with its reason then. What it writes
 * to stderr is passed on line by line and not kept, but for the last lines.
 */
export async function runCommand(command: readonly string[], options: CommandOptions): Promise<EndedCommand> {
  const { signal, onLine } = options
  signal?.throwIfAborted()
  const { execa } = await import('execa')
  const child = start(execa, command, options)
  const ending = endOnAbort(child, signal)
  const lastLines: string[] = []
  const [stdout, , result] = await Promise.all([collect(child), watch(child, lastLines, onLine), child])
  child.stdin?.destroy()
  await ending.settled()
  signal?.throwIfAborted()
  const { exitCode } = result
  const cause: unknown = result.cause
  const notStarted = exitCode === undefined && cause instanceof Error ? cause.message : undefined
  return { exitCode, stdout, lastLines, ...(notStarted !== undefined && { notStarted }) }
}

type Child = ReturnType<typeof start>

/** Windows has neither the shell nor process groups. */
const isLeashed = process.platform !== 'win32'

function start(execa: Execa, command: readonly string[], { folder, environment }: CommandOptions) {
  const [file = '', ...rest] = isLeashed ? ['/bin/sh', '-c', leash, 'sh', ...command] : command
  return execa(file, rest, {
    cwd: folder,
    env: defined(environment),
    extendEnv: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: !isLeashed,
    detached: isLeashed,
    windowsHide: true,
  })
}

async function collect(child: Child): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of child.stdout) {
    bytes += (piece as Buffer).byteLength
    if (bytes <= longestOutput) pieces.push(piece as Buffer)
  }
  return Buffer.concat(pieces).toString('utf8')
}

async function watch(child: Child, lastLines: string[], onLine: CommandOptions['onLine']): Promise<void> {
  for await (const line of child.iterable({ from: 'stderr' })) {
    const text = String(line).slice(0, longestLine)
    if (text.trim() !== '') lastLines.push(text)
    if (lastLines.length > keptLines) lastLines.shift()
    onLine?.(text)
  }
}

/** Asks the whole group to end when the signal comes, and no longer asks after a while. */
function endOnAbort(child: Child, signal: AbortSignal | undefined): { readonly settled: () => Promise<void> } {
  let ending: Promise<void> | undefined
  const abort = (): void => {
    const { pid } = child
    if (pid !== undefined) ending = end(isLeashed ? -pid : pid)
  }
  signal?.addEventListener('abort', abort, { once: true })
  return {
    async settled() {
      signal?.removeEventListener('abort', abort)
      await ending
    },
  }
}

async function end(target: number): Promise<void> {
  send(target, 'SIGTERM')
  if (await isGone(target, graceMs)) return
  send(target, 'SIGKILL')
  // It may still be asking the engine for something until then.
  await isGone(target, killedMs)
}

async function isGone(target: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (send(target, 0)) {
    if (performance.now() >= deadline) return false
    await delay(10)
  }
  return true
}

/** Whether there was anybody to send it to. */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal)
  } catch {
    return false
  }
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

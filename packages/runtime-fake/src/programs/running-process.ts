import type { ResourceLimits, TerminalSize } from '@moorage/runtime-core'
import type { Clock } from '../clock/clock.ts'
import { toBytes } from '../engine/bytes.ts'
import { Notifier } from '../engine/notifier.ts'
import type { Pipe } from './pipe.ts'
import type {
  FakeContainerFacts,
  FakeFileAccess,
  FakeNetworkAccess,
  FakeProcess,
  FakeUsage,
  Program,
} from './program.ts'
import { exitCodeOf } from './signals.ts'

const usualTerminal: TerminalSize = { columns: 80, rows: 24 }

/** What a process is started with. */
export interface ProcessSetup {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly user: string
  readonly hostname: string
  readonly tty: boolean
  /** Absent: that of old terminals. */
  readonly terminalSize?: TerminalSize
  readonly program: Program
  readonly clock: Clock
  readonly container: FakeContainerFacts
  readonly network: FakeNetworkAccess
  readonly files: FakeFileAccess
  readonly stdin: Pipe<Uint8Array>
  /** The limits as they are now. */
  readonly resources: () => ResourceLimits
  /** Resolves when more may be written. */
  readonly write: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => Promise<void> | void
  /** Resolves at once, or, while the container is paused, once it is not. */
  readonly resumed: () => Promise<void>
}

/** A program that runs. Killing it cannot stop the function, but from then on nothing that it does counts. */
export class RunningProcess {
  readonly setup: ProcessSetup
  readonly #changes = new Notifier()
  readonly #killed = new AbortController()
  readonly #handlers = new Map<string, () => void>()
  #exitCode: number | undefined
  #usage: FakeUsage = {}
  #terminalSize: TerminalSize | undefined

  constructor(setup: ProcessSetup) {
    this.setup = setup
    if (setup.tty) this.#terminalSize = setup.terminalSize ?? usualTerminal
  }

  /** Begins; `ended` is called once with the exit code. */
  start(ended: (exitCode: number) => void): void {
    this.#run().then((exitCode) => this.#end(exitCode), ignore)
    this.exited().then(ended, ignore)
  }

  get exitCode(): number | undefined {
    return this.#exitCode
  }

  /** What it says that it uses. */
  get usage(): FakeUsage {
    return this.#usage
  }

  /** Of a process without a terminal it is a no-op. */
  resize(size: TerminalSize): void {
    if (this.#terminalSize === undefined || this.#exitCode !== undefined) return
    this.#terminalSize = size
    this.#handlers.get('SIGWINCH')?.()
  }

  /** Its exit code, once it has one. */
  exited(signal?: AbortSignal): Promise<number> {
    return this.#changes.until(() => this.#exitCode, signal)
  }

  /** Delivers a signal; SIGKILL cannot be handled. */
  kill(signal: string): void {
    if (this.#exitCode !== undefined) return
    const handler = signal === 'SIGKILL' ? undefined : this.#handlers.get(signal)
    if (handler !== undefined) {
      handler()
      return
    }
    const exitCode = exitCodeOf(signal)
    if (exitCode !== undefined) this.#end(exitCode)
  }

  #end(exitCode: number): void {
    if (this.#exitCode !== undefined) return
    this.#exitCode = exitCode
    this.setup.stdin.discard()
    this.#killed.abort(new Error('the process has ended'))
    this.#changes.notify()
  }

  async #run(): Promise<number> {
    // A turn later, so that whoever starts it knows that it runs.
    await undefined
    const process = this.#process()
    try {
      return (await this.setup.program(process)) ?? 0
    } catch (error) {
      if (this.#exitCode === undefined)
        await process.stderr(`${error instanceof Error ? error.message : String(error)}\n`)
      return 1
    }
  }

  #process(): FakeProcess {
    const { argv, env, workingDirectory, user, hostname, tty, clock, container, network, files, stdin } = this.setup
    const killed = this.#killed.signal
    const write = async (stream: 'stdout' | 'stderr', output: string | Uint8Array): Promise<void> => {
      await this.setup.resumed()
      killed.throwIfAborted()
      await this.setup.write(tty ? 'stdout' : stream, tty ? withCarriageReturns(toBytes(output)) : toBytes(output))
    }
    return {
      argv,
      env,
      workingDirectory,
      user,
      hostname,
      tty,
      stdin: inputOf(stdin),
      killed,
      container,
      network,
      files,
      terminalSize: () => this.#terminalSize,
      use: (usage) => {
        this.#usage = { ...this.#usage, ...usage }
      },
      resources: this.setup.resources,
      stdout: (output) => write('stdout', output),
      stderr: (output) => write('stderr', output),
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds, killed)
        await this.setup.resumed()
      },
      onSignal: (name, handler) => {
        this.#handlers.set(name.startsWith('SIG') ? name : `SIG${name}`, handler)
      },
    }
  }
}

/** A terminal ends its lines with both. */
function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  const written: number[] = []
  for (const byte of bytes) {
    if (byte === 10) written.push(13)
    written.push(byte)
  }
  return Uint8Array.from(written)
}

/** Reading on after a break goes on where it stopped, as with a file descriptor. */
function inputOf(pipe: Pipe<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => pipe.next() }) }
}

function ignore(): void {
  // Its outcome is the exit code, also after a kill.
}

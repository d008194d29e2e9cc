import type { ByteSource, CallOptions, RuntimeStream } from './call-options.ts'
import type { LogChunk } from './logs.ts'

/** A process to run in a running container. Docker: `POST /containers/{id}/exec`. */
export interface ExecSpec {
  /** Program and arguments; at least one entry. No shell is involved unless you name one. */
  readonly command: readonly string[]
  /** Added to the container's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** `user`, `uid`, `user:group` or `uid:gid`; default: the container's user. */
  readonly user?: string
  /** Absolute; default: the container's. */
  readonly workingDirectory?: string
  readonly privileged?: boolean
  /** A terminal: stdout and stderr are one stream, delivered as stdout. */
  readonly tty?: boolean
}

export interface ExecContainerOptions extends CallOptions {
  /**
   * Written to the process and then closed; absent: the process has no stdin. A source that fails, or breaks
   * the protocol of iterators, rejects the call with STDIN_FAILED. On a terminal its end is typed as Ctrl-D.
   */
  readonly stdin?: ByteSource
  /** For stdout and stderr together. Default 16 MiB (16,777,216). */
  readonly maxOutputBytes?: number
  /** What happens beyond it: `error` (default) rejects with OUTPUT_LIMIT, `truncate` keeps the beginning. */
  readonly onOutputLimit?: 'error' | 'truncate'
}

/** What a process that ran to its end left. */
export interface ExecResult {
  /** The process's own exit code. */
  readonly exitCode: number
  /** Decoded as UTF-8 once, as a whole. */
  readonly stdout: string
  readonly stderr: string
  readonly stdoutBytes: Uint8Array
  readonly stderrBytes: Uint8Array
  /** Whether `onOutputLimit: 'truncate'` cut something off. */
  readonly truncated: boolean
}

export interface StartExecOptions extends CallOptions {
  /** Written to the process and then closed, as by `endStdin`; a source that fails is STDIN_FAILED for `output` and `exited`. */
  readonly stdin?: ByteSource
  readonly terminalSize?: TerminalSize
  /** Start it and let it go: no streams. */
  readonly detach?: boolean
  /** What an abort does to the process: `kill` (default) where the image has the means, or `detach`. */
  readonly onAbort?: 'kill' | 'detach'
}

/** In characters; each from 1 to 65,535. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A process that runs. Behind the gate `interactiveStreams`. Its methods reject malformed arguments with INVALID_ARGUMENT. */
export interface ExecProcess extends AsyncDisposable {
  readonly id: string
  /** stdout and stderr in the order in which they arrive; single-use. */
  readonly output: RuntimeStream<LogChunk>
  /**
   * Resolves when more may be written. Rejects with STDIN_CLOSED after `endStdin`, and once the process has ended; a process
   * that has closed its stdin and goes on is not noticed.
   */
  write(bytes: string | Uint8Array): Promise<void>
  /** Half-close: the process sees the end of its stdin, output goes on. On a terminal it is typed as Ctrl-D. */
  endStdin(): Promise<void>
  resize(size: TerminalSize): Promise<void>
  kill(signal?: string): Promise<void>
  readonly exited: Promise<{ readonly exitCode: number }>
}

/**
 * How an attachment ended:
 * - `exited`: the run of the container that it was attached to is over, also where the container was restarted or removed;
 * - `removed`: the container was removed before it had run;
 * - `detached`: the attachment was disposed of, or the caller stopped reading `output`, also before its first read.
 */
export type AttachmentEnd = { readonly type: 'exited' } | { readonly type: 'removed' } | { readonly type: 'detached' }

/** A connection to a container's own process. Behind the gate `interactiveStreams`. Its methods reject malformed arguments with INVALID_ARGUMENT. */
export interface ContainerAttachment extends AsyncDisposable {
  /** Ends with the container; rejects with CONNECTION_LOST when the connection or the engine is lost before. */
  readonly output: RuntimeStream<LogChunk>
  /**
   * How the attachment ended, also when the output is not read. Rejects with CONNECTION_LOST when the connection or the engine
   * is lost while the container runs, with `signal.reason` after an abort, and with RUNTIME_CLOSED. A rejection that nothing
   * handles is harmless. The exit code is `waitContainer`'s.
   */
  readonly ended: Promise<AttachmentEnd>
  /**
   * Resolves when more may be written. Rejects with STDIN_CLOSED without the option `stdin`, after `endStdin`, and once the
   * container has ended.
   */
  write(bytes: string | Uint8Array): Promise<void>
  /**
   * The process sees the end of its stdin, output goes on. Leaving an attachment with `stdin` does the same: the input of a
   * container ends with the first attachment that has it. A terminal's has no end: there it changes nothing.
   */
  endStdin(): Promise<void>
  resize(size: TerminalSize): Promise<void>
}

export interface AttachContainerOptions extends CallOptions {
  /** Send what was already logged first. Default false. */
  readonly includeLogs?: boolean
  /** Connect stdin; INVALID_ARGUMENT when the container was created without `openStdin`. Default false. */
  readonly stdin?: boolean
}

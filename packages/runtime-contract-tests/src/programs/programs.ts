import type { Aspect } from './aspects.ts'

/** A program and its arguments. */
export type Command = readonly string[]

/**
 * What the cases ask processes to do, without saying how: on a real engine each is a command of an image, in a runtime
 * without one a function under that name.
 */
export interface Programs {
  /** The image that has them all; the engine has it. */
  readonly image: string
  /** Ends at once with this code. */
  exit(code: number): Command
  /** Writes `line 1` and so on to stdout, each with its line end, and ends with the code, or with 0. */
  lines(count: number, exitCode?: number): Command
  /** Writes exactly these texts, stdout first, and ends with 0. */
  write(stdout: string, stderr?: string): Command
  /** Writes the text so many times to stdout, without line ends. */
  repeat(text: string, count: number): Command
  /** Writes `ready` and its line end, and runs until it is killed; ends by itself at SIGTERM. */
  forever(): Command
  /** The same, but SIGTERM does nothing. */
  ignoreTerm(): Command
  /** Writes `ready`, and ends with this code at SIGTERM, or at SIGUSR1 with this code plus one. */
  onTerm(code: number): Command
  /** Writes `tick 1` and so on, with pauses of about 50 ms, until it is killed. */
  ticks(): Command
  /** Writes what it reads until its stdin ends. */
  cat(): Command
  /** Writes the environment as `NAME=value` lines. */
  environment(): Command
  /** Writes the number of its user and a line end. */
  user(): Command
  /** Writes its working directory and a line end. */
  directory(): Command
  /** Writes its hostname and a line end. */
  hostname(): Command
  /** Writes its own arguments, a line each. */
  echoArguments(...texts: readonly string[]): { readonly entrypoint: Command; readonly command: Command }
  writeFile(path: string, text: string): Command
  /** Writes the file's content; ends with another code than 0 if there is none. */
  readFile(path: string): Command
  /** Writes to the file again and again, each time something else, until it is killed. */
  touchUntilKilled(path: string): Command
  /** The same, but a child of its own does it, for which it waits. */
  touchInChild(path: string): Command
  /** Writes the text and ends with 0; a child that it does not wait for goes on, and keeps the output open. */
  leaveBehind(text: string): Command
  /** Writes `ready`, and keeps its processor busy until it is killed. */
  spin(): Command
  /** Writes rows and columns of its terminal and a line end, and does so again for every line that it reads. */
  sizes(): Command
  /** Ends with 0 after so many milliseconds. */
  pause(milliseconds: number): Command
  /** Answers every request on the port with the text, until it is killed. */
  listen(port: number, answer: string): Command
  /** Asks until there is an answer, writes it and ends with 0; another code if none comes in ten seconds. */
  ask(host: string, port: number): Command
  /** Writes what it sees of its surroundings; `about` is what the aspect speaks of, such as a path. */
  observe(aspect: Aspect, about?: string): Command
  /** A device of the engine's host that may be read by anybody. */
  readonly hostDevice: string
  /** A directory of the engine's host that anybody may look into. */
  readonly hostDirectory: string
  /** The name of a file there. */
  readonly hostFile: string
  /** A path that exists and is no program. */
  readonly notExecutable: string
  /** The number of a user that is not root and may be named by its number. */
  readonly otherUser: string
  /** An image with the same programs whose own healthcheck is `readFile('/tmp/up')`, every second; absent: there is none. */
  readonly checkedImage?: string
}

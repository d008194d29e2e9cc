import type { Style } from './style.ts'

/** One thing that takes time. */
export interface Step<T> {
  /** A word for the first column. */
  readonly subject: string
  /** What is being done, for as long as it takes. */
  readonly doing: string
  readonly body: (progress: (text: string) => void) => Promise<T>
  /** What came of it. */
  readonly done: (value: T) => string
  /** Whether that is bad, though the step did its work. Default: it is not. */
  readonly isBad?: (value: T) => boolean
}

const subjectWidth = 9
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 80
/** Without a spinner, what takes longer than this is announced, so that a log shows where it hangs. */
const announceMs = 2_000

/** What the person who runs the demo sees: one line per finished step, and below it the step under way. */
export class Screen {
  readonly #write: (text: string) => void
  readonly #style: Style
  #status: (() => string) | undefined
  #drawn = false

  constructor(write: (text: string) => void, style: Style) {
    this.#write = write
    this.#style = style
  }

  heading(text: string): void {
    this.#line(this.#style.paint('bold', text))
  }

  blank(): void {
    this.#line('')
  }

  /** Something that took no time worth telling. */
  fact(subject: string, text: string): void {
    this.#line(`${this.#mark('cyan', '•', '-- ')} ${this.#subject(subject)} ${text}`)
  }

  /** What a container wrote; control characters would be orders to the terminal. */
  output(text: string, note = ''): void {
    const clean = text.replaceAll(/\p{Cc}/gu, '?')
    const aside = note === '' ? '' : this.#style.paint('dim', `  (${note})`)
    this.#line(`${this.#indent}${this.#style.paint('cyan', '|')} ${clean}${aside}`)
  }

  problem(text: string): void {
    const [first = '', ...more] = text.split('\n')
    this.#line(`${this.#bad()} ${first}`)
    for (const line of more) this.#line(`${this.#indent}${line.trim()}`)
  }

  async step<T>({ subject, doing, body, done, isBad }: Step<T>): Promise<T> {
    const started = performance.now()
    const took = (): string => this.#style.paint('dim', formatDuration(performance.now() - started))
    let text = doing
    const stop = this.#begin(() => `${this.#subject(subject)} ${text}`)
    try {
      const value = await body((progress) => {
        text = `${doing}: ${progress}`
      })
      stop()
      const mark = isBad?.(value) === true ? this.#bad() : this.#mark('green', '✓', 'ok ')
      this.#line(`${mark} ${this.#subject(subject)} ${done(value)}  ${took()}`)
      return value
    } catch (error) {
      stop()
      this.#line(`${this.#bad()} ${this.#subject(subject)} ${text}  ${took()}`)
      throw error
    }
  }

  /** Gives the terminal back as it was, also when the process is about to end. */
  restore(): void {
    this.#erase()
    this.#status = undefined
    if (this.#style.live) this.#write('\u001b[?25h')
  }

  #begin(status: () => string): () => void {
    if (!this.#style.live) {
      const timer = setTimeout(() => this.#line(`... ${status()}`), announceMs)
      return () => clearTimeout(timer)
    }
    let frame = 0
    this.#status = () => `${this.#style.paint('cyan', frames[frame % frames.length] ?? '')} ${status()}`
    this.#write('\u001b[?25l')
    this.#draw()
    const timer = setInterval(() => {
      frame += 1
      this.#erase()
      this.#draw()
    }, frameMs)
    return () => {
      clearInterval(timer)
      this.restore()
    }
  }

  get #indent(): string {
    return ' '.repeat(this.#style.live ? 4 : 5)
  }

  #line(text: string): void {
    this.#erase()
    this.#write(`${text}\n`)
    this.#draw()
  }

  #draw(): void {
    if (this.#status === undefined) return
    this.#write(cut(this.#status(), this.#style.columns() - 1))
    this.#drawn = true
  }

  #erase(): void {
    if (!this.#drawn) return
    this.#write('\r\u001b[2K')
    this.#drawn = false
  }

  #subject(text: string): string {
    return this.#style.paint('bold', text.padEnd(subjectWidth))
  }

  #bad(): string {
    return this.#mark('red', '✗', 'NO ')
  }

  #mark(look: 'green' | 'red' | 'cyan', sign: string, plain: string): string {
    return this.#style.live ? this.#style.paint(look, sign) : plain
  }
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`
}

/** A line that the terminal would wrap could not be drawn over; colour codes take no room. */
function cut(line: string, width: number): string {
  let room = width
  let kept = ''
  // oxlint-disable-next-line no-control-regex -- the codes begin with one
  for (const [piece] of line.matchAll(/\u001b\[\d+m|./gsu)) {
    if (piece.startsWith('\u001b')) kept += piece
    else if (room > 0) {
      kept += piece
      room -= 1
    }
  }
  return kept
}

import type { WriteStream } from 'node:tty'

/** What the output can show. */
export interface Style {
  /** Lines may be drawn over: spinners. */
  readonly live: boolean
  readonly paint: (look: Look, text: string) => string
  readonly columns: () => number
}

export type Look = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

const codes: Readonly<Record<Look, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 }

/** Spinners and colours only on a terminal that can draw them, and only if they are wanted. */
export function styleFor(
  output: Pick<WriteStream, 'isTTY' | 'columns'>,
  plain: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const live = output.isTTY === true && !plain && environment['TERM'] !== 'dumb'
  const coloured = live && (environment['NO_COLOR'] ?? '') === ''
  return {
    live,
    paint: (look, text) => (coloured ? `\u001b[${codes[look]}m${text}\u001b[0m` : text),
    // A terminal that does not tell its size says 0.
    columns: () => output.columns || 80,
  }
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Screen } from '../screen.ts'
import { styleFor, type Style } from '../style.ts'

const terminal = { isTTY: true, columns: 40 }

function screenWith(style: Style): { readonly screen: Screen; readonly written: () => string } {
  let written = ''
  const screen = new Screen((text) => {
    written += text
  }, style)
  return { screen, written: () => written.replaceAll(/[\d.]+ m?s/g, 'TIME') }
}

const step = { subject: 'image', doing: 'bringing it', done: (value: string) => `${value} is here` }

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the screen without a terminal', () => {
  const style = styleFor({ isTTY: false, columns: 0 }, false, {})

  it('writes one plain line for each thing', async () => {
    const { screen, written } = screenWith(style)
    await screen.step({ ...step, body: async () => 'busybox' })
    screen.fact('engine', 'Docker')
    screen.output('a\u001b[31mred\tline', 'stdout')
    screen.problem('first\n  second')
    screen.restore()
    expect(written()).toBe(
      [
        'ok  image     busybox is here  TIME',
        '--  engine    Docker',
        '     | a?[31mred?line  (stdout)',
        'NO  first',
        '     second',
        '',
      ].join('\n'),
    )
  })

  it('says what takes long, and what failed', async () => {
    const { screen, written } = screenWith(style)
    const failure = new Error('no')
    const failing = screen.step({
      ...step,
      body: async (progress) => {
        progress('layer 1')
        await vi.advanceTimersByTimeAsync(3_000)
        throw failure
      },
    })
    await expect(failing).rejects.toBe(failure)
    expect(written()).toBe('... image     bringing it: layer 1\nNO  image     bringing it: layer 1  TIME\n')
  })
})

describe('the screen on a terminal', () => {
  it('draws the step under way below its output, cut to the width, and gives the cursor back', async () => {
    const { screen, written } = screenWith(styleFor(terminal, false, { NO_COLOR: '1' }))
    await screen.step({
      ...step,
      body: async (progress) => {
        progress('a text that no line of this terminal has room for')
        screen.output('a line')
        await vi.advanceTimersByTimeAsync(80)
        return 'busybox'
      },
    })
    expect(written().split('\r\u001b[2K')).toEqual([
      '\u001b[?25l⠋ image     bringing it',
      '    | a line\n⠋ image     bringing it: a text that no',
      '⠙ image     bringing it: a text that no',
      '\u001b[?25h✓ image     busybox is here  TIME\n',
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['a colour', terminal, false, {}, true, '\u001b[31mx\u001b[0m'],
    ['no colour where NO_COLOR says so', terminal, false, { NO_COLOR: '1' }, true, 'x'],
    ['a colour where NO_COLOR is empty', terminal, false, { NO_COLOR: '' }, true, '\u001b[31mx\u001b[0m'],
    ['nothing of it with --plain', terminal, true, {}, false, 'x'],
    ['nothing of it on a dumb terminal', terminal, false, { TERM: 'dumb' }, false, 'x'],
    ['nothing of it in a pipe', { isTTY: false, columns: 0 }, false, {}, false, 'x'],
  ])('has %s', (_, output, plain, environment, live, painted) => {
    const style = styleFor(output, plain, environment)
    expect([style.live, style.paint('red', 'x')]).toEqual([live, painted])
  })
})

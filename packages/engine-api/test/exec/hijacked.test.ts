import { describe, expect, it } from 'vitest'
import { hijackedChunks } from '../../src/exec/hijacked.ts'
import type { HijackedStream } from '../../src/transport/hijack.ts'
import { frame } from '../transport/scripted-server.ts'

const report = 'the rest is lost\n'

/** The text of what comes before the end, and the message of the end. */
async function outcome(pieces: readonly Uint8Array[], isTerminal = false): Promise<readonly [string, string]> {
  async function* output(): AsyncGenerator<Uint8Array, undefined> {
    yield* pieces
  }
  const stream = { output: output(), isDestroyed: false } as unknown as HijackedStream
  let text = ''
  try {
    for await (const { bytes } of hijackedChunks(stream, { isTerminal, reportsLoss: (piece) => piece === report }))
      text += Buffer.from(bytes).toString()
  } catch (error) {
    return [text, error instanceof Error ? error.message : '']
  }
  return [text, '']
}

const lost = 'the connection was lost before all of the output had come: the rest is lost'

describe('output that reads like the report of an engine that it has lost the rest', () => {
  it('is the report as the last piece of stderr, or of a terminal', async () => {
    expect(await outcome([frame(1, 'a\n'), frame(2, report)])).toEqual(['a\n', lost])
    expect(await outcome([Buffer.from('a\n'), Buffer.from(report)], true)).toEqual(['a\n', lost])
  })

  it('is the process’s own on stdout', async () => {
    expect(await outcome([frame(1, report)])).toEqual([report, ''])
    expect(await outcome([frame(1, 'a\n'), frame(1, report), frame(1, 'b\n')])).toEqual([`a\n${report}b\n`, ''])
  })

  it('is the process’s own where more follows', async () => {
    expect(await outcome([frame(2, report), frame(1, 'b\n')])).toEqual([`${report}b\n`, ''])
    expect(await outcome([frame(2, report), frame(2, report)])).toEqual([report, lost])
    expect(await outcome([Buffer.from(report), Buffer.from('b\n')], true)).toEqual([`${report}b\n`, ''])
  })

  it('is kept where the connection is cut after it', async () => {
    const [text, message] = await outcome([frame(2, report), frame(2, 'more').subarray(0, 6)])
    expect([text, message]).toEqual([report, expect.stringMatching(/frame|lost|end/)])
  })
})

import { RuntimeError, type BuildEvent, type BuildSpec, type ImageDetails } from '@moorage/runtime-core'
import { busyboxPrograms, createFakeRuntime, type Program } from '@moorage/runtime-fake'
import { describe, expect, it } from 'vitest'

const touch: Program = ({ argv, files, workingDirectory }) => {
  for (const name of argv.slice(1)) files.write(`${workingDirectory}/${name}`, '')
}

const base = {
  programs: { ...busyboxPrograms, touch },
  env: { BASE: 'yes', PATH: '/bin' },
  command: ['echo', 'base'],
  labels: { from: 'base' },
}

async function built(
  lines: string,
  spec: Partial<BuildSpec> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly image: ImageDetails; readonly events: readonly BuildEvent[]; readonly log: string }> {
  await using runtime = createFakeRuntime({ images: { 'base:1': base } })
  const events: BuildEvent[] = []
  const whole = { context: { files: { Dockerfile: lines, ...files } }, ...spec }
  const { id } = await runtime.buildImage(whole, { onEvent: (event) => events.push(event) })
  const log = events.flatMap((event) => (event.type === 'log' ? [Buffer.from(event.bytes).toString()] : [])).join('')
  return { image: await runtime.inspectImage(id), events, log }
}

async function problem(lines: string, spec: Partial<BuildSpec> = {}): Promise<string> {
  const error: unknown = await built(lines, spec).catch((reason: unknown) => reason)
  if (!RuntimeError.is(error, 'BUILD_FAILED')) throw error
  return error.message
}

describe('a Dockerfile', () => {
  it('is read with comments, continued lines, directives and quotes', async () => {
    const { image } = await built(
      [
        '# escape=`',
        'arg WHO=nobody',
        'FROM base:1 as One',
        'ARG WHO',
        'ENV GREETING="hello ${WHO}" PLAIN=a`',
        '  # in between',
        `  LITERAL='$WHO' OLD=\${BASE:+there} NEW=\${NONE:-\${BASE}}`,
        'ENV SPACED the rest of the line',
        '',
      ].join('\n'),
      { buildArguments: { WHO: 'skipper' } },
    )
    expect(image.env).toMatchObject({
      GREETING: 'hello skipper',
      LITERAL: '$WHO',
      OLD: 'there',
      SPACED: 'the rest of the line',
    })
  })

  it('makes settings of its instructions', async () => {
    const { image } = await built(
      'FROM base:1\nUSER 12:34\nWORKDIR /a\nWORKDIR b\nEXPOSE 80 90-91/udp\nSTOPSIGNAL SIGINT\nCMD run me\n' +
        'HEALTHCHECK --interval=1m30s --timeout=500ms CMD check it',
    )
    expect(image).toMatchObject({
      user: '12:34',
      workingDirectory: '/a/b',
      exposedPorts: ['80/tcp', '90/udp', '91/udp'],
      stopSignal: 'SIGINT',
      command: ['/bin/sh', '-c', 'run me'],
      healthcheck: { test: 'check it', intervalMs: 90_000, timeoutMs: 500 },
      labels: { from: 'base' },
    })
  })

  it('drops the command of its base with an entrypoint of its own, and keeps its own', async () => {
    expect((await built('FROM base:1\nENTRYPOINT ["a"]')).image.command).toEqual([])
    expect((await built('FROM base:1\nCMD ["x"]\nENTRYPOINT ["a"]')).image.command).toEqual(['x'])
  })

  it('may take its base from an argument, and from nothing', async () => {
    expect((await built('ARG TAG=2\nFROM base:${TAG}', { buildArguments: { TAG: '1' } })).image.env['BASE']).toBe('yes')
    expect((await built('FROM scratch\nLABEL a=b')).image).toMatchObject({ labels: { a: 'b' }, env: {}, sizeBytes: 0 })
  })

  it.each([
    ['', 'is empty'],
    ['ENV A=1\nFROM base:1', 'line 1: ENV: there is no FROM before it'],
    ['FROM base:1\n\nFORM x', 'line 3: FORM: this is no instruction'],
    ['FROM base:1\nADD a b', 'line 2: ADD: the fake does not understand it. It understands FROM'],
    ['FROM base:1\nVOLUME /data', 'line 2: VOLUME: the fake does not understand it'],
    ['FROM base:1\nCOPY --exclude=a . /b', '`--exclude`'],
    ['FROM base:1\nRUN <<END\ntrue\nEND', '(`<<`)'],
    ['FROM base:1\nRUN echo a | cat', 'needs a shell (because of `|`)'],
    ['FROM base:1\nRUN nothing', 'no program `nothing`'],
    ['FROM base:1\nRUN --mount=type=odd,target=/x true', 'mounts of the type `odd`'],
    ['FROM base:1\nENV A=${B#x}', '`${B#x}`'],
    ['FROM base:1\nEXPOSE eighty', '`eighty` is no port'],
    ['FROM base:1\nHEALTHCHECK --interval=soon CMD true', '`soon` is no duration'],
    ['FROM base:1\nLABEL alone=', undefined],
    ['FROM base:1 AS one\nCOPY --from=two / /\nFROM base:1 AS two\nFROM one', 'the registry has none'],
    ['FROM base:1 AS', 'FROM image [AS name]'],
    ['FROM base:1\nCOPY a', 'a source and a destination'],
    ['FROM base:1\nCOPY Dockerfile Dockerfile /one', 'must be a folder'],
  ])('says what it does not understand: %j', async (text, words) => {
    if (words === undefined) await built(text)
    else expect(await problem(text)).toContain(words)
  })

  it('warns of arguments that nobody declares', async () => {
    const { events } = await built('FROM base:1', { buildArguments: { NOBODY: '1' } })
    expect(events).toContainEqual({ type: 'warning', text: 'the build argument NOBODY is declared by no ARG' })
  })
})

describe('RUN', () => {
  it('is a program of the image, several with && between them, or a shell that the image has', async () => {
    expect((await built('FROM base:1\nENV A=1\nRUN echo "$A  x" && echo two')).log).toBe('1  x\ntwo\n')
    const sh: Program = ({ argv, stdout }) => stdout(argv.join(' '))
    await using runtime = createFakeRuntime({ images: { 'shell:1': { programs: { sh } } } })
    let log = ''
    await runtime.buildImage(
      { context: { files: { Dockerfile: 'FROM shell:1\nRUN echo $A | cat' } } },
      { onEvent: (event) => (log += event.type === 'log' ? Buffer.from(event.bytes).toString() : '') },
    )
    expect(log).toBe('/bin/sh -c echo $A | cat')
  })

  it('leaves its files in the image, and what was mounted in none', async () => {
    await using runtime = createFakeRuntime({ images: { 'base:1': base } })
    const Dockerfile = [
      'FROM base:1',
      'WORKDIR /work',
      'RUN --mount=type=tmpfs,target=/work/temporary touch kept temporary/gone',
      'RUN --mount=type=cache,target=/cache cat /cache/count',
      '',
    ].join('\n')
    const spec = { context: { files: { Dockerfile: Dockerfile.replace('cat /cache/count', 'touch ../cache/count') } } }
    const { id } = await runtime.buildImage(spec)
    await runtime.buildImage({ context: { files: { Dockerfile } } })
    const container = await runtime.createContainer({ image: id })
    expect((await runtime.statPath(container.id, '/work/kept')).type).toBe('file')
    for (const path of ['/work/temporary/gone', '/cache/count'])
      await expect(runtime.statPath(container.id, path)).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' })
  })

  it('ends with an abort, and with the engine', async () => {
    const runtime = createFakeRuntime({ images: { 'base:1': base } })
    const controller = new AbortController()
    const reason = new Error('enough')
    const spec = { context: { files: { Dockerfile: 'FROM base:1\nRUN sleep infinity' } } }
    const onEvent = ({ type }: BuildEvent): void => {
      if (type === 'step-started') setImmediate(() => controller.abort(reason))
    }
    await expect(runtime.buildImage(spec, { signal: controller.signal, onEvent })).rejects.toBe(reason)
    const building = runtime.buildImage(spec)
    building.catch(() => undefined)
    await runtime.close()
    await expect(building).rejects.toMatchObject({ code: 'RUNTIME_CLOSED' })
  })
})

describe('COPY', () => {
  const files = { 'src/a.txt': 'a', 'src/b.txt': 'b', 'src/deep/c': 'c', other: 'o' }
  const contents = async (lines: string): Promise<readonly string[]> => {
    await using runtime = createFakeRuntime({ images: { 'base:1': base } })
    const { id } = await runtime.buildImage({ context: { files: { Dockerfile: `FROM base:1\n${lines}`, ...files } } })
    const container = await runtime.createContainer({ image: id })
    const names: string[] = []
    for (const path of ['/x', '/x/a.txt', '/x/b.txt', '/x/deep/c', '/x/src/a.txt', '/x/other', '/w/other']) {
      const found = await runtime.statPath(container.id, path).catch(() => undefined)
      if (found?.type === 'file') names.push(`${path} ${found.mode.toString(8)}`)
    }
    return names
  }

  it.each([
    ['COPY src /x', ['/x/a.txt 644', '/x/b.txt 644', '/x/deep/c 644']],
    ['COPY src/*.txt /x/', ['/x/a.txt 644', '/x/b.txt 644']],
    ['COPY other /x', ['/x 644']],
    ['COPY other /x/', ['/x/other 644']],
    ['COPY --chmod=755 ["other", "src/a.txt", "/x/"]', ['/x/a.txt 755', '/x/other 755']],
    ['WORKDIR /w\nCOPY other .', ['/w/other 644']],
    ['COPY . /x', ['/x/src/a.txt 644', '/x/other 644']],
  ])('%s', async (lines, expected) => {
    expect(await contents(lines)).toEqual(expected)
  })

  it('gives owners by number and by the names that every system has', async () => {
    await using runtime = createFakeRuntime({ images: { 'base:1': base } })
    const Dockerfile = 'FROM base:1\nCOPY --chown=12:34 other /one\nCOPY --chown=nobody other /two'
    const owners: unknown[] = []
    const tell: Program = ({ argv, files: own }) => void owners.push(own.details(argv[1] ?? ''))
    runtime.fake.engine.addImage('base:1', { ...base, programs: { ...base.programs, tell } })
    await runtime.buildImage({
      context: { files: { Dockerfile: `${Dockerfile}\nRUN tell /one && tell /two`, ...files } },
    })
    expect(owners).toMatchObject([
      { userId: 12, groupId: 34 },
      { userId: 65_534, groupId: 65_534 },
    ])
  })
})

describe('building again', () => {
  it('takes from before what has not changed, and gives the same image', async () => {
    let runs = 0
    const count: Program = () => void (runs += 1)
    await using runtime = createFakeRuntime({ images: { 'base:1': { programs: { count } } } })
    const spec = (text: string): BuildSpec => ({
      context: { files: { Dockerfile: 'FROM base:1\nCOPY a /a\nRUN count\n', a: text } },
    })
    const first = await runtime.buildImage(spec('one'))
    const events: BuildEvent[] = []
    const again = await runtime.buildImage(spec('one'), { onEvent: (event) => events.push(event) })
    expect([again.id, runs]).toEqual([first.id, 1])
    const cached = events.flatMap((event) => (event.type === 'step-completed' ? [event.cached] : []))
    expect(cached).toEqual([true, false, true, true])
    expect((await runtime.buildImage(spec('two'))).id).not.toBe(first.id)
    const bound = (text: string): BuildSpec => ({
      context: { files: { Dockerfile: 'FROM base:1\nRUN --mount=type=bind,target=/all count\n', a: text } },
    })
    for (const text of ['one', 'one', 'two']) await runtime.buildImage(bound(text))
    expect(runs, 'what is bound makes another step').toBe(4)
    runs = 2
    await runtime.buildImage({ ...spec('one'), noCache: true })
    expect(runs).toBe(3)
    expect((await runtime.imageHistory(first.id)).map(({ createdBy }) => createdBy)).toEqual(['RUN count', 'COPY a /a'])
  })
})

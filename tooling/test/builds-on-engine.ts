import { execFile } from 'node:child_process'
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { BuildEvent } from '@moorage/runtime-core'
import { expect, it } from 'vitest'
import { buildDeadlineMs, useBuilder } from './builder.ts'
import { describeOnEngine, type EngineUnderTestOptions } from './engine-under-test.ts'

const run = promisify(execFile)

/** What an engine's builder does with contexts, steps and failures. */
export async function buildsOnEngine(options: EngineUnderTestOptions): Promise<void> {
  await describeOnEngine(options, (engine) => {
    const { image } = engine
    const { runtime, folder, from, build, outputOf, failureOf } = useBuilder(engine)

    it('builds from a folder, without what its ignore file leaves out', { timeout: buildDeadlineMs }, async () => {
      const files = {
        'a file, with: signs ☂': 'one',
        'logs/a.log': 'no',
        'logs/keep.log': 'yes',
        'deep/er/file.tmp': 'no',
        'deep/er/file': 'yes',
        'script.sh': '#!/bin/sh\n',
      }
      await mkdir(`${folder()}/empty`)
      for (const [path, text] of Object.entries(files)) {
        await mkdir(`${folder()}/${path.slice(0, Math.max(0, path.lastIndexOf('/')))}`, { recursive: true })
        await writeFile(`${folder()}/${path}`, text)
      }
      await chmod(`${folder()}/script.sh`, 0o755)
      await symlink('deep/er', `${folder()}/link`)
      await writeFile(`${folder()}/.dockerignore`, '# a comment\n*.log\nlogs/*\n!logs/keep.log\n**/*.tmp\nDockerfile\n')
      const show = 'cd /all && find . | sort && cat link/file && stat -c "%a %u" script.sh'
      await writeFile(`${folder()}/Dockerfile`, from('COPY . /all', `CMD ["sh", "-c", ${JSON.stringify(show)}]`))
      expect((await outputOf(await build({ context: { directory: folder() } }))).split('\n')).toEqual([
        '.',
        './.dockerignore',
        './a file, with: signs ☂',
        './deep',
        './deep/er',
        './deep/er/file',
        './empty',
        './link',
        './logs',
        './logs/keep.log',
        './script.sh',
        'yes755 0',
        '',
      ])
    })

    it(
      'builds from files in memory and from an archive, with an inline Dockerfile too',
      { timeout: buildDeadlineMs },
      async () => {
        const text = from('COPY note /note', 'CMD ["cat", "/note"]')
        const note = `afloat ${Math.random()}`
        expect(await outputOf(await build({ context: { files: { Dockerfile: text, note } } }))).toBe(note)
        const other = { context: { files: { 'docker/File': text, note } }, dockerfile: 'docker/File' }
        expect(await outputOf(await build(other))).toBe(note)
        expect(await outputOf(await build({ context: { files: { note } }, dockerfile: { inline: text } }))).toBe(note)
        await writeFile(`${folder()}/note`, note)
        expect(await outputOf(await build({ context: { directory: folder() }, dockerfile: { inline: text } }))).toBe(
          note,
        )
        const { stdout } = await run('tar', ['-C', folder(), '-c', 'note'], { encoding: 'buffer' })
        const tar = (async function* () {
          yield stdout
        })()
        expect(await outputOf(await build({ context: { tar }, dockerfile: { inline: text } }))).toBe(note)
      },
    )

    it('takes arguments, a target, labels and several tags', { timeout: buildDeadlineMs }, async () => {
      const text = [
        `FROM ${image} AS first`,
        'ARG WHO=nobody',
        'RUN echo "hello $WHO" >/hello',
        'CMD ["cat", "/hello"]',
        'FROM first AS second',
        'RUN exit 9',
        '',
      ].join('\n')
      const tags = [`moorage-built:${Date.now()}`, `moorage-built-too:${Date.now()}`]
      const id = await build({
        context: { files: { Dockerfile: text } },
        buildArguments: { WHO: 'skipper, of "one"' },
        target: 'first',
        labels: { 'com.example.sail': 'white and red' },
        tags,
        noCache: true,
        extraHosts: { buoy: '10.1.2.3' },
      })
      expect(await outputOf(id)).toBe('hello skipper, of "one"\n')
      const details = await runtime().inspectImage(id)
      expect(details.labels['com.example.sail']).toBe('white and red')
      expect(details.tags.toSorted()).toEqual(tags.toSorted())
      for (const tag of tags) await runtime().removeImage(tag)
    })

    it(
      'tells of its steps, of what they write, and of what it took from before',
      { timeout: buildDeadlineMs },
      async () => {
        const mark = `mark ${Math.random()}`
        const files = { Dockerfile: from(`RUN echo ${mark}`) }
        const events: BuildEvent[] = []
        await build({ context: { files } }, (event) => events.push(event))
        const started = events.find((event) => event.type === 'step-started' && event.name.includes(mark))
        const step = started?.type === 'step-started' ? started.step : ''
        const own = events.filter((event) => 'step' in event && event.step === step)
        const logged = own.flatMap((event) => (event.type === 'log' ? [Buffer.from(event.bytes).toString()] : []))
        expect(logged.join('')).toBe(`${mark}\n`)
        expect(own.at(-1)).toMatchObject({ type: 'step-completed', cached: false })
        // Podman (5.4) builds everything anew on an image that was imported.
        if (!runtime().capabilities.incrementalBuildContext) return
        const again: BuildEvent[] = []
        await build({ context: { files } }, (event) => again.push(event))
        expect(again.filter((event) => event.type === 'step-completed' && event.cached).length).toBeGreaterThan(0)
      },
    )

    it('says which step has failed, its exit code and its last lines', { timeout: buildDeadlineMs }, async () => {
      const script = 'i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo line $i; done; exit 7'
      const error = await failureOf({ context: { files: { Dockerfile: from(`RUN ${script}`) } } })
      expect(error.details.step).toContain('exit 7')
      expect(error.details.exitCode).toBe(7)
      expect(error.details.logTail).toHaveLength(50)
      expect(error.details.logTail.at(-1)).toBe('line 80')
      const wrong = await failureOf({ context: { files: { Dockerfile: from('FORM here') } } })
      expect(wrong.message).toMatch(/FORM/i)
      await failureOf({ context: { files: { other: 'x' } } })
      await failureOf({ context: { files: { Dockerfile: 'FROM 127.0.0.1:1/none:1\n' } } })
      await expect(build({ context: { directory: folder() }, dockerfile: '../Dockerfile' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field: 'spec.dockerfile' },
      })
    })

    it('is left at once', { timeout: buildDeadlineMs }, async () => {
      const controller = new AbortController()
      const reason = new Error('enough')
      let abortedAt = 0
      const building = runtime().buildImage(
        { context: { files: { Dockerfile: from('RUN echo begun; sleep 5') } }, noCache: true },
        {
          signal: controller.signal,
          onEvent(event) {
            if (event.type !== 'log') return
            abortedAt = performance.now()
            controller.abort(reason)
          },
        },
      )
      await expect(building).rejects.toBe(reason)
      expect(performance.now() - abortedAt).toBeLessThan(1000)
    })

    it('keeps folders apart that look the same', { timeout: buildDeadlineMs }, async () => {
      const when = new Date('2026-01-01T00:00:00Z')
      const outputs = await Promise.all(
        ['one', 'two'].map(async (word) => {
          await mkdir(`${folder()}/${word}/app`, { recursive: true })
          await writeFile(`${folder()}/${word}/app/word`, word)
          await writeFile(`${folder()}/${word}/app/Dockerfile`, from('COPY word /word', 'CMD ["cat", "/word"]'))
          for (const name of ['word', 'Dockerfile']) await utimes(`${folder()}/${word}/app/${name}`, when, when)
          return outputOf(await build({ context: { directory: `${folder()}/${word}/app` } }))
        }),
      )
      expect(outputs).toEqual(['one', 'two'])
    })
  })
}

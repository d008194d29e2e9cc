import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { errorCodes, RuntimeError } from '@moorage/runtime-core'

const portInUse = (): RuntimeError<'PORT_IN_USE'> =>
  new RuntimeError('PORT_IN_USE', {
    message: 'startContainer: port 80 is taken. Choose another one.',
    operation: 'startContainer',
    resource: { kind: 'container', id: 'box' },
    engine: { status: 500, message: 'port is already allocated' },
    details: { hostPort: 80 },
    cause: new Error('the answer'),
  })

describe('RuntimeError', () => {
  test('is an Error with a stack, a name, a code and a cause', () => {
    const error = portInUse()
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'RuntimeError', code: 'PORT_IN_USE', cause: new Error('the answer') })
    expect(String(error)).toBe('RuntimeError: startContainer: port 80 is taken. Choose another one.')
    expect(error.stack).toContain('runtime-error.test.ts')
  })

  test('has no cause where none was given', () => {
    expect('cause' in new RuntimeError('RUNTIME_CLOSED', { message: 'm', operation: 'info', details: {} })).toBe(false)
  })

  test('says who is to blame and whether a retry can help', () => {
    expect(portInUse()).toMatchObject({ blame: 'environment', retryable: true })
    for (const { blame, retryable, meaning } of Object.values(errorCodes)) {
      expect(['caller', 'engine', 'environment']).toContain(blame)
      expect(typeof retryable).toBe('boolean')
      expect(meaning).toMatch(/\.$/)
    }
    expect(Object.isFrozen(errorCodes)).toBe(true)
  })

  test('toJSON is plain, and reduces the cause to its text', () => {
    expect(JSON.parse(JSON.stringify(portInUse()))).toEqual({
      name: 'RuntimeError',
      code: 'PORT_IN_USE',
      message: 'startContainer: port 80 is taken. Choose another one.',
      operation: 'startContainer',
      resource: { kind: 'container', id: 'box' },
      engine: { status: 500, message: 'port is already allocated' },
      details: { hostPort: 80 },
      cause: 'Error: the answer',
    })
  })

  test.each([
    Object.create(null),
    Symbol('why'),
    null,
    {
      toString: () => {
        throw new Error('no')
      },
    },
  ])('toJSON does not fail on an odd cause', (cause: unknown) => {
    const error = new RuntimeError('RUNTIME_CLOSED', { message: 'm', operation: 'info', details: {}, cause })
    expect(typeof error.toJSON()['cause']).toBe('string')
  })

  test('toJSON leaves out what is not there', () => {
    const error = new RuntimeError('RUNTIME_CLOSED', { message: 'm', operation: 'info', details: {} })
    expect(Object.keys(error.toJSON())).toEqual(['name', 'code', 'message', 'operation', 'details'])
  })
})

describe('RuntimeError.is', () => {
  test('tells by brand and code', () => {
    const error: unknown = portInUse()
    expect(RuntimeError.is(error)).toBe(true)
    expect(RuntimeError.is(error, 'PORT_IN_USE')).toBe(true)
    expect(RuntimeError.is(error, 'NAME_CONFLICT')).toBe(false)
    if (RuntimeError.is(error, 'PORT_IN_USE')) expectTypeOf(error.details.hostPort).toEqualTypeOf<number | undefined>()
  })

  test.each([undefined, null, 'PORT_IN_USE', 7, new Error('x'), { code: 'PORT_IN_USE', name: 'RuntimeError' }])(
    'refuses %s',
    (value) => {
      expect(RuntimeError.is(value)).toBe(false)
    },
  )

  test('knows the errors of another copy of the package, which instanceof does not', async () => {
    vi.resetModules()
    const copy = await import('@moorage/runtime-core')
    expect(copy.RuntimeError).not.toBe(RuntimeError)
    const error = new copy.RuntimeError('NAME_CONFLICT', {
      message: 'm',
      operation: 'createContainer',
      details: { name: 'box' },
    })
    expect(error).not.toBeInstanceOf(RuntimeError)
    expect(RuntimeError.is(error, 'NAME_CONFLICT')).toBe(true)
    expect(copy.RuntimeError.is(portInUse(), 'PORT_IN_USE')).toBe(true)
  })
})

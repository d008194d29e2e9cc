import { describe, expect, test } from 'vitest'
import { formatImageReference, isImageId, parseImageReference } from '@moorage/runtime-core'

const digest = `sha256:${'a'.repeat(64)}`

describe('parseImageReference', () => {
  test.each([
    ['tools', { repository: 'tools' }],
    ['tools:1.2', { repository: 'tools', tag: '1.2' }],
    ['team/tools', { repository: 'team/tools' }],
    ['localhost/tools', { registry: 'localhost', repository: 'tools' }],
    ['registry.example/tools', { registry: 'registry.example', repository: 'tools' }],
    ['host:5000/team/tools:1', { registry: 'host:5000', repository: 'team/tools', tag: '1' }],
    ['[::1]:5000/tools', { registry: '[::1]:5000', repository: 'tools' }],
    [`tools@${digest}`, { repository: 'tools', digest }],
    [`host:5000/tools:1@${digest}`, { registry: 'host:5000', repository: 'tools', tag: '1', digest }],
    ['a__b/c-d--e.f', { repository: 'a__b/c-d--e.f' }],
    ['tools:_Under.score-', { repository: 'tools', tag: '_Under.score-' }],
    ['HOST/tools', { registry: 'HOST', repository: 'tools' }],
  ])('%s', (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts)
    expect(formatImageReference(parts)).toBe(text)
  })

  test.each([
    '',
    ':1',
    'Tools',
    'tools:',
    'tools:-1',
    `tools:${'a'.repeat(129)}`,
    'tools@',
    'tools@sha256:abc',
    `tools@${digest}@${digest}`,
    'tools/',
    '/tools',
    'a//b',
    'a___b',
    '-tools',
    'tools-',
    'a b',
    'tools\n',
    'host:port/tools',
    'host_name.example/tools',
    'a'.repeat(256),
    '../tools',
    'team/../tools',
  ])('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined()
  })

  test('is quick about a text that almost fits', () => {
    expect(parseImageReference(`${'a-'.repeat(100)}!`)).toBeUndefined()
  })
})

test.each([
  [digest, true],
  ['0123456789ab', true],
  ['a'.repeat(64), true],
  ['sha256:0123456789ab', true],
  ['0123456789a', false],
  ['a'.repeat(65), false],
  ['0123456789AB', false],
  ['tools', false],
  ['sha512:0123456789ab', false],
])('isImageId(%s) is %s', (text, expected) => {
  expect(isImageId(text)).toBe(expected)
})

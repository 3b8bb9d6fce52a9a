"""Ids of T5TokenizerFast for odd texts, with sd3-tiny's vocabulary as it is and in other forms.

Ids are without the end. Each form says how its folder is made from sd3-tiny/tokenizer_3:
  files           which of its files are there
  append          bytes after spiece.model's: protobuf takes them for further pieces
  pre_tokenizer   instead of tokenizer.json's
  normalizers     which steps of tokenizer.json's normalizer stay; one stands alone, of none there is no normalizer
  added_tokens    after tokenizer.json's
  vocab, unk_id   instead of tokenizer.json's, then with its first two added tokens only
  config          tokenizer_config.json
Recorded with transformers 4.57.6, tokenizers 0.22.2, sentencepiece 0.2.2:
  python record.py ../sd3-tiny/tokenizer_3 prompts.json
"""
import json, os, random, shutil, sys, tempfile, unicodedata
from sentencepiece import sentencepiece_model_pb2 as proto
from transformers import T5TokenizerFast

source, target = sys.argv[1:]
chance = random.Random(5)
characters = [c for c in range(1, 0x110000) if unicodedata.category(chr(c)) not in ('Cn', 'Co', 'Cs')]
marks = [c for c in characters if unicodedata.category(chr(c)) in ('Mn', 'Mc', 'Me')]
compatible = [c for c in characters if unicodedata.normalize('NFKC', chr(c)) != chr(c)]
ODD = '\u200d\u200c\ufe0f\u20e3\U0001f1e6\U0001f1fa\U0001f468\U0001f469\U0001f3fb\u2764\u0600\U000110bd\u1100\u1161' \
      '\u11a8\uac00\u094d\u0915\u0937\u093e\u09cd\u0995\xa0\xad\x85\u2581\u3000\r\n\t \x01\x7f\ufeff\ufffd\u200b\u2028' \
      '\u0301\u0302\u0308\u0345AeaE\u03b1\u30ab\u3099\u309a\uff76\uff9e\u0e33\u0e01\U000e0001\U0001f3f4\ufdfa\xa8\xb4\u1fed\u3164'
WORDS = ['</s>', '<pad>', '<unk>', '<extra_id_0>', '<extra_id_97>', '<extra_id_99>', '<extra_id_100>', '\uff1c/s\uff1e',
         '</S>', '\u2581', '  ', '   ', ' ', ' ', '\r\n', '\n', 'a cat', 'a photo of', 'cat,', 'hello world', '\u3000', '<x>',
         '<x><x>', 'e\u0301', '\xe9', '_', 'of', 'who', '\u2100', 'ab', 'to']
odd = ['', ' ', '  ', '\x01', '\x01a', 'a\x01', '\x00', 'a\x00b', '\u2581', '\u2581\u2581a', 'a\u2581', '\r\n', 'a\r\nb', '\x85',
       'a \x85', '\x85 a', 'a\x85b', '\ufffd', ' a', '  a', 'a ', 'a  b', 'a   b', '\xa0a\xa0', '\u3000a\u3000b', '\ufeffa',
       'A\u0301', 'A\u0301\u0302', 'e\u0302\u0301', '\xa0\u0301a', 'a\u0301\u0302\u0303\u0304\u0305', '\uff76\uff9e', '\u1100\u1161\u11a8',
       '\uff1c/s\uff1e', '\uff1cextra_id_5\uff1e', '<extra_id_5', '<extra_id_05>', '</s></s>', 'a</s> a', '<unk>x', 'x<unk>y', '\ufdfa',
       '\u0132\u0149\xbd', '\U0001f468\u200d\U0001f469\u200d\U0001f467', '\U0001f1fa\U0001f1f8\U0001f1e6', '1\ufe0f\u20e3',
       'a\u0338', '\u0600a', '\u0915\u094d\u0937', '\u0e01\u0e33', 'supercalifragilistic' * 3, 'o' * 100, 'zq' * 40]
for block in range(0, len(characters), 1999):
    odd.append(' '.join('a' + chr(c) for c in characters[block:block + 12]))
for _ in range(150):
    odd.append(''.join(chr(chance.choice(chance.choice([compatible, marks, characters])) if chance.random() < 0.5 else ord(chance.choice(ODD)))
                       for _ in range(chance.randrange(1, 9))))
words = [''.join(chance.choice(WORDS) for _ in range(chance.randrange(1, 10))) for _ in range(60)]

METASPACE = {'type': 'Metaspace', 'replacement': '\u2581', 'prepend_scheme': 'always', 'split': True}
BY_SPACE = {'type': 'Sequence', 'pretokenizers': [{'type': 'WhitespaceSplit'},
            {'type': 'Metaspace', 'replacement': '\u2581', 'str_rep': '\u2581', 'add_prefix_space': True}]}
def token(id, content, **flags):
    return dict(dict(id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=False), **flags)
def pieces(*of):
    model = proto.ModelProto()
    for text, type in of:
        model.pieces.add(piece=text, score=0, type=type)
    return model.SerializeToString().hex()
letters = [''.join(chance.choice('ao t\u2581') for _ in range(chance.randrange(1, 5))).replace(' ', 'b') for _ in range(60)]
ties = [[p, -float(chance.randrange(1, 4)) * len(p)] for p in sorted(set(letters))]
MORE = [token(1000, '<x>', lstrip=True, rstrip=True), token(1001, '<x><x>'), token(1002, 'e\u0301', normalized=True, lstrip=True),
        token(1003, 'hello world', normalized=True, rstrip=True), token(1004, 'who', single_word=True, normalized=True),
        token(899, 'a', single_word=True, normalized=True)]
JSON, MODEL, CONFIG = 'tokenizer.json', 'spiece.model', 'tokenizer_config.json'
forms = [
  dict(name='tokenizer.json', files=[JSON], prompts=odd + words),
  dict(name='spiece.model', files=[MODEL], prompts=odd + words),
  dict(name='all', files=[JSON, MODEL, CONFIG], prompts=words),
  dict(name='cut at white space', files=[JSON], pre_tokenizer=BY_SPACE, normalizers=['Precompiled'], prompts=words + odd[:60]),
  dict(name='first', files=[JSON], pre_tokenizer=dict(METASPACE, prepend_scheme='first'), prompts=words),
  dict(name='never', files=[JSON], pre_tokenizer=dict(METASPACE, prepend_scheme='never'), prompts=words),
  dict(name='no charsmap', files=[JSON], normalizers=['Strip', 'Replace'], prompts=words),
  dict(name='no normalizer', files=[JSON], normalizers=[], prompts=words),
  dict(name='added tokens', files=[JSON], added_tokens=MORE, prompts=words),
  dict(name='added tokens first', files=[JSON], added_tokens=MORE, pre_tokenizer=dict(METASPACE, prepend_scheme='first'), prompts=words),
  dict(name='added by the configuration', files=[JSON], prompts=words, config={'additional_special_tokens': ['<x>', '<extra_id_0>'],
    'extra_ids': 1, 'added_tokens_decoder': {'0': token(0, '<pad>', lstrip=True, rstrip=True, special=True), '1000': token(1000, 'who', normalized=True)}}),
  dict(name='ties', files=[JSON], vocab=[['<pad>', 0], ['</s>', 0], ['<unk>', 0]] + ties, unk_id=2,
       prompts=[''.join(chance.choice('aobt ') for _ in range(chance.randrange(1, 30))) for _ in range(60)] + words),
  dict(name='few special tokens', files=[JSON], vocab=[['<pad>', 0], ['</s>', 0], ['<unk>', 0]] + ties, unk_id=2, prompts=words,
       config={'additional_special_tokens': ['<x>', '<extra_id_3>'], 'extra_ids': 1}),
  dict(name='legacy false', files=[MODEL], config={'legacy': False}, prompts=words),
  dict(name='legacy false and prefix', files=[JSON, MODEL], config={'legacy': False, 'add_prefix_space': True}, prompts=words),
  dict(name='no prefix', files=[MODEL], config={'add_prefix_space': False}, prompts=words),
  dict(name='no extra ids', files=[MODEL], config={'extra_ids': 0}, prompts=words),
  dict(name='more pieces', files=[MODEL], config={'extra_ids': 3}, prompts=words,
       append=pieces(('<x>', 4), ('hello world', 4), ('<x><x>', 3), ('\u2581who', 4))),
]

def folder(form, path):
    os.makedirs(path)
    for file in form['files']:
        shutil.copyfile(f'{source}/{file}', f'{path}/{file}')
    if 'append' in form:
        open(f'{path}/{MODEL}', 'ab').write(bytes.fromhex(form['append']))
    if 'config' in form:
        json.dump(form['config'], open(f'{path}/{CONFIG}', 'w'))
    if JSON in form['files']:
        tokenizer = json.load(open(f'{source}/{JSON}'))
        tokenizer['pre_tokenizer'] = form.get('pre_tokenizer', tokenizer['pre_tokenizer'])
        if 'normalizers' in form:
            steps = [s for s in tokenizer['normalizer']['normalizers'] if s['type'] in form['normalizers']]
            tokenizer['normalizer'] = None if not steps else steps[0] if len(steps) == 1 else {'type': 'Sequence', 'normalizers': steps}
        tokenizer['added_tokens'] += form.get('added_tokens', [])
        if 'vocab' in form:
            tokenizer['model'].update(vocab=form['vocab'], unk_id=form['unk_id'])
            tokenizer['added_tokens'] = tokenizer['added_tokens'][:2]
        json.dump(tokenizer, open(f'{path}/{JSON}', 'w'))

with tempfile.TemporaryDirectory() as temporary:
    for number, form in enumerate(forms):
        path = f'{temporary}/{number}'
        folder(form, path)
        tokenizer = T5TokenizerFast.from_pretrained(path)
        form['size'] = len(tokenizer)
        form['ids'] = [tokenizer(p, add_special_tokens=False, verbose=False).input_ids for p in form['prompts']]
        print(form['name'], form['size'], len(form['prompts']), sum(map(len, form['ids'])))
for form in forms:  # lists of prompts stand once
    form['prompts'] = ['odd', 'words'] if form['prompts'] == odd + words else ['words'] if form['prompts'] == words else form['prompts']
json.dump(dict(odd=odd, words=words, forms=forms), open(target, 'w'), separators=(',', ':'))

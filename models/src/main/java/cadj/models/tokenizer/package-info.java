/// Texts to ids, as CLIP's byte-pair encoding does it. Read [ClipTokenizer] first; T5's way is in
/// the room `unigram`.
@NullMarked
package cadj.models.tokenizer;

import org.jspecify.annotations.NullMarked;

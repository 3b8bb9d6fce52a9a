/// Texts to ids, as CLIP's byte-pair encoding does it. Read [ClipTokenizer] first.
@NullMarked
package cadj.models.tokenizer;

import org.jspecify.annotations.NullMarked;

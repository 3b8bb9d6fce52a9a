/// What a prompt says beside its words: weights of words, more words than a text encoder takes at a
/// time, words that were learned from pictures.
///
/// Read [PromptStyle] first. May import `tokenizer`; the networks that encode are `clip`'s, and
/// `pipeline` puts both together.
@NullMarked
package cadj.models.prompt;

import org.jspecify.annotations.NullMarked;

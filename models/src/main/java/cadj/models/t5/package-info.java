/// T5's encoder, version 1.1, Raffel et al. 2020 (arXiv:1910.10683): text to one vector per token.
///
/// Read [T5EncoderModel] first. May import `cadj.autograd` and what is left of it; its tokenizer is
/// `cadj.models.tokenizer.unigram`'s.
@NullMarked
package cadj.models.t5;

import org.jspecify.annotations.NullMarked;

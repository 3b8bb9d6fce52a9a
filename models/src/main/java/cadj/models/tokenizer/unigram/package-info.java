/// Texts to ids, as T5's SentencePiece model of the kind Unigram does it, Kudo 2018
/// (arXiv:1804.10959). Read [T5Tokenizer] first.
///
/// A text is normalized ([UnigramNormalizer]), its spaces become `▁`, at which it is cut
/// ([Metaspace]), and each word becomes the most probable pieces ([Unigram]). What is needed for
/// that lies in a `tokenizer.json` ([UnigramJson]) or a `spiece.model` ([SpieceModel]).
@NullMarked
package cadj.models.tokenizer.unigram;

import org.jspecify.annotations.NullMarked;

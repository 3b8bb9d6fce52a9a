package cadj.models.tokenizer.unigram;

/// What a `tokenizer.json` or a `spiece.model` says.
///
/// @param unknownId the piece that stands for what is none
/// @param endId what is put after every prompt
record UnigramFile(
    Pieces pieces,
    int unknownId,
    int endId,
    UnigramNormalizer normalizer,
    Metaspace metaspace,
    AddedIds added) {}

package cadj.models.clip;

import static cadj.tensor.shape.Require.require;

import cadj.models.preprocess.Preprocessing;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;

/// A [ClipModel] with what comes before its towers: texts and pictures as they are → unit vectors
/// whose cosine says how well they fit.
///
/// @param preprocessing of pictures
public record ClipFeatures(ClipModel model, ClipTokenizer tokenizer, Preprocessing preprocessing) {
  public ClipFeatures {
    require(
        tokenizer.vocabSize() <= model.vocabSize(),
        "clip: expected a tokenizer of at most %d tokens, got one of %d",
        model.vocabSize(),
        tokenizer.vocabSize());
    require(
        model.maxPositions() >= 2,
        "clip: expected positions for start and end of a text, got %d",
        model.maxPositions());
  }

  /// → [N,projection]. What exceeds the text tower's positions is cut off, as transformers does
  /// with `truncation=True`.
  public Tensor ofTexts(List<String> texts) {
    require(!texts.isEmpty(), "clip: expected at least one text, got none");
    int length = Math.min(tokenizer.maxLength(), model.maxPositions());
    long[] ids = new long[texts.size() * length];
    for (int n = 0; n < texts.size(); n++) {
      List<Integer> tokens = tokenizer.tokens(texts.get(n));
      int kept = Math.min(tokens.size(), length - 2);
      System.arraycopy(
          tokenizer.framed(tokens.subList(0, kept), length), 0, ids, n * length, length);
    }
    return Scope.keep("clip texts", () -> model.textFeatures(Tensor.of(ids, texts.size(), length)));
  }

  /// Pictures [N,3,H,W] in [−1, 1] → [N,projection]
  public Tensor ofPictures(Tensor pictures) {
    return preprocessing.forward(pictures, model::imageFeatures);
  }
}

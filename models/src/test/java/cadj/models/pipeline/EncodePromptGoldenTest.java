package cadj.models.pipeline;

import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What diffusers' pipelines make of prompts: with and without a negative one, and with a second
/// one.
@GoldenTest
class EncodePromptGoldenTest {
  private static final double TOLERANCE = 5e-6;

  @Test
  void noNegativePromptMeansZeros() {
    forEachXl((model, golden) -> assertEncoded(model, golden, "negative_none", null, null));
  }

  @Test
  void anEmptyNegativePromptIsEncoded() {
    forEachXl((model, golden) -> assertEncoded(model, golden, "negative_empty", "", null));
  }

  /// The file tells neither text, so they are read back from the embeddings first.
  @Test
  void secondPromptsGoToTheSecondEncoder() {
    forEachXl(
        (model, golden) -> {
          String name = "negative_text_and_prompt2";
          ClipTextModel first = model.textEncoder("text_encoder");
          ClipTextModel second = model.textEncoder("text_encoder_2");
          int width = first.config().hiddenSize();
          Tensor negative = golden.tensor(name + ".negative_prompt_embeds").slice(2, 0, width);
          Tensor both = golden.tensor(name + ".prompt_embeds");
          assertEncoded(
              model,
              golden,
              name,
              reader(model, first, "tokenizer").read(negative),
              reader(model, second, "tokenizer_2").read(both.slice(2, width, both.dim(2))));
        });
  }

  /// Where these files call the negative prompt empty, none was given.
  @Test
  void promptsOfTrajectories() {
    for (Path file : Golden.ofModels("expected/trajectory_*.safetensors")) {
      TextEncoder encoder = TextEncoder.load(ModelFiles.open(file.getParent().getParent()));
      try (SafetensorsFile golden = Golden.open(file)) {
        Shape image = golden.shape("decoded");
        List<String> prompt = List.of(golden.metadata("prompt"));
        Conditioning positive = encoder.encode(prompt, image.dim(2), image.dim(3));
        assertEncoded(golden, "", positive);
        if (golden.contains("negative_prompt_embeds")) {
          String text = golden.metadata("negative_prompt");
          List<String> negative = text.isEmpty() ? null : List.of(text);
          assertEncoded(
              golden,
              "negative_",
              encoder.encodeNegative(negative, positive, image.dim(2), image.dim(3)));
        }
        if (positive.timeIds() != null) {
          Golden.assertExact(file + " time_ids", golden.tensor("time_ids"), positive.timeIds());
        }
      }
    }
  }

  private static PromptReader reader(ModelFiles model, ClipTextModel encoder, String tokenizer) {
    return PromptReader.of(encoder, model.tokenizer(tokenizer), model.path().resolve(tokenizer));
  }

  private static void assertEncoded(
      ModelFiles model,
      SafetensorsFile golden,
      String name,
      @Nullable String negative,
      @Nullable String prompt2) {
    TextEncoder encoder = TextEncoder.load(model);
    List<String> prompts = List.of(golden.metadata("prompt"));
    List<String> prompts2 = prompt2 == null ? prompts : List.of(prompt2);
    Conditioning positive = encoder.encodeEach(List.of(prompts, prompts2), 64, 64);
    assertEncoded(golden, name + ".", positive);
    assertEncoded(
        golden,
        name + ".negative_",
        encoder.encodeNegative(negative == null ? null : List.of(negative), positive, 64, 64));
  }

  private static void assertEncoded(SafetensorsFile golden, String prefix, Conditioning actual) {
    assertClose(golden, prefix + "prompt_embeds", actual.text());
    if (actual.pooled() != null) {
      assertClose(golden, prefix + "pooled_prompt_embeds", actual.pooled());
    }
    Golden.count(1);
  }

  private static void assertClose(SafetensorsFile golden, String name, Tensor actual) {
    Golden.assertClose(golden.path() + " " + name, golden.tensor(name), actual, TOLERANCE);
  }

  private static void forEachXl(Check check) {
    for (Path file : Golden.ofModels("expected/encode_prompt.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        check.accept(ModelFiles.open(file.getParent().getParent()), golden);
      }
    }
  }

  @FunctionalInterface
  private interface Check {
    void accept(ModelFiles model, SafetensorsFile golden);
  }
}

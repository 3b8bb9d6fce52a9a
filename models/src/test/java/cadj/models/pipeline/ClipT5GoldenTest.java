package cadj.models.pipeline;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.tokenizer.Cleaning;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What diffusers' pipeline of Stable Diffusion 3 makes of prompts.
@GoldenTest
class ClipT5GoldenTest {
  private static final double TOLERANCE = 2e-5;

  @Test
  void asManyTokensAsThePipelineTakes() {
    forEach(
        (golden, files) -> {
          TextEncoder encoder = TextEncoder.load(files);
          assertEncoded(golden, "t5_256", encoder, encoder.encode(prompts(golden), 64, 64), null);
        });
  }

  @Test
  void withoutT5() {
    forEach(
        (golden, files) -> {
          TextEncoder encoder = encoder(golden, files, false);
          assertEncoded(golden, "no_t5", encoder, encoder.encode(prompts(golden), 64, 64), null);
        });
  }

  /// The negative prompt goes to all encoders.
  @Test
  void textsOfTheirOwn() {
    forEach(
        (golden, files) -> {
          TextEncoder encoder = encoder(golden, files, true);
          List<List<String>> texts =
              List.of(
                  prompts(golden),
                  List.of(golden.metadata("prompt_2")),
                  List.of(golden.metadata("prompt_3")));
          assertEncoded(
              golden,
              "other_prompts",
              encoder,
              encoder.encodeEach(texts, 64, 64),
              negative(golden));
        });
  }

  /// `clip_skip` is the positive prompt's.
  @Test
  void earlierStatesOfClip() {
    forEach(
        (golden, files) -> {
          ClipT5TextEncoder encoder = (ClipT5TextEncoder) encoder(golden, files, true);
          Conditioning skipped = encoder.encode(List.of(prompts(golden)), 1);
          assertEncoded(golden, "clip_skip_1", encoder, skipped, negative(golden));
        });
  }

  /// Several at a time are encoded as each by itself.
  @Test
  void severalPrompts() {
    forEach(
        (golden, files) -> {
          TextEncoder encoder = encoder(golden, files, true);
          List<String> negative = negative(golden);
          List<String> both = List.of(golden.metadata("prompt"), negative.getFirst());
          Conditioning together = encoder.encode(both, 64, 64);
          assertClose("first", encoder.encode(prompts(golden), 64, 64), together.samples(0, 1));
          assertClose("second", encoder.encode(negative, 64, 64), together.samples(1, 2));
        });
  }

  @Test
  void onAnEmulatedGpu() {
    forEach(
        (golden, files) ->
            Emulated.run(
                () -> {
                  TextEncoder encoder = encoder(golden, files, true);
                  Conditioning encoded = encoder.encode(negative(golden), 64, 64);
                  assertNegative(golden, "other_prompts", encoded);
                  return encoded;
                }));
  }

  private static List<String> prompts(SafetensorsFile golden) {
    return List.of(golden.metadata("prompt"));
  }

  private static List<String> negative(SafetensorsFile golden) {
    return List.of(golden.metadata("negative_prompt"));
  }

  /// With as few of T5's tokens as most were recorded with.
  private static TextEncoder encoder(SafetensorsFile golden, ModelFiles files, boolean t5) {
    int length = Integer.parseInt(golden.metadata("max_sequence_length"));
    return TextEncoder.load(
        files.with(
            new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, t5, length)));
  }

  private static void assertEncoded(
      SafetensorsFile golden,
      String name,
      TextEncoder encoder,
      Conditioning positive,
      @Nullable List<String> negative) {
    Golden.assertClose(name, golden.tensor(name + ".prompt_embeds"), positive.text(), TOLERANCE);
    Golden.assertClose(
        name + " pooled",
        golden.tensor(name + ".pooled_prompt_embeds"),
        positive.pooled(),
        TOLERANCE);
    assertNegative(golden, name, encoder.encodeNegative(negative, positive, 64, 64));
  }

  private static void assertNegative(SafetensorsFile golden, String name, Conditioning negative) {
    Golden.assertClose(
        name + " negative",
        golden.tensor(name + ".negative_prompt_embeds"),
        negative.text().cpu(),
        TOLERANCE);
    Golden.assertClose(
        name + " negative pooled",
        golden.tensor(name + ".negative_pooled_prompt_embeds"),
        negative.pooled().cpu(),
        TOLERANCE);
    Golden.count(1);
  }

  private static void assertClose(String what, Conditioning expected, Conditioning actual) {
    Golden.assertClose(what, expected.text(), actual.text(), 1e-6);
    Golden.assertClose(what + " pooled", expected.pooled(), actual.pooled(), 1e-6);
  }

  private static void forEach(BiConsumer<SafetensorsFile, ModelFiles> check) {
    for (Path config : Golden.glob("*/text_encoder_3/config.json")) {
      Path model = config.getParent().getParent();
      try (SafetensorsFile golden =
          Golden.open(Golden.name(model) + "/expected/encode_prompt.safetensors")) {
        check.accept(golden, ModelFiles.open(model));
      }
    }
  }
}

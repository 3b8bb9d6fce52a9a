package cadj.models.files;

import static cadj.autograd.ops.Clamp.clamp;
import static cadj.autograd.ops.MatMul.matmul;
import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.models.classifier.ResNetClassifier;
import cadj.models.clip.ClipModel;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The embedded model's text side, its joint space of texts and pictures, and its classifier.
@GoldenTest
class EmbeddedModelGoldenTest {
  private static final double TEXT = 5e-6;
  private static final double IMAGE = 1e-5;

  @Test
  void ids() {
    forEachSet(
        golden -> {
          ClipTokenizer tokenizer = model().tokenizer("tokenizer");
          long[] ids =
              prompts(golden).stream()
                  .flatMapToLong(prompt -> Arrays.stream(tokenizer.encode(prompt).ids()))
                  .toArray();
          Tensor expected = golden.tensor("input_ids");
          Golden.assertExact("ids", expected, Tensor.of(ids, expected.shape().toArray()));
        });
  }

  @Test
  void textStates() {
    forEachSet(
        golden -> {
          Tensor ids = golden.tensor("input_ids");
          Tensor states = model().textEncoder("text_encoder").forward(ids).lastHiddenState();
          assertClose(golden, "text.last_hidden_state", states, TEXT);
        });
  }

  @Test
  void featuresOfTextsAndPictures() {
    forEachSet(
        golden -> {
          ClipModel clip = model().clip();
          Tensor texts = clip.textFeatures(golden.tensor("input_ids"));
          Tensor images = clip.imageFeatures(clamp(golden.tensor("decoded"), -1, 1));
          assertClose(golden, "clip.text_features", texts, TEXT);
          assertClose(golden, "clip.image_features", images, IMAGE);
          assertClose(golden, "clip.cosine", matmul(texts, images.permute(1, 0)), IMAGE);
        });
  }

  @Test
  void classifierLogits() {
    forEachSet(
        golden -> {
          ResNetClassifier classifier = model().classifier();
          Tensor logits = classifier.forward(golden.tensor("decoded"));
          assertClose(golden, "classifier.logits", logits, IMAGE);
        });
  }

  private static void forEachSet(Consumer<SafetensorsFile> test) {
    for (Path file : Golden.glob("fashion/expected/expected.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        test.accept(golden);
        Golden.count(golden.tensor("input_ids").dim(0));
      }
    }
  }

  private static ModelFiles model() {
    return ModelFiles.open("fashion");
  }

  private static List<String> prompts(SafetensorsFile golden) {
    String json = "{\"prompts\": %s}".formatted(golden.metadata("prompts"));
    return JsonFile.parse(golden.path(), ByteBuffer.wrap(json.getBytes(UTF_8)))
        .list("prompts")
        .strings();
  }

  private static void assertClose(
      SafetensorsFile golden, String name, Tensor actual, double tolerance) {
    Golden.assertClose(name, golden.tensor(name), actual, tolerance);
  }
}

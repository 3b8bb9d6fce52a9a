package cadj.models.clip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.files.Folders;
import cadj.models.files.NetworkFiles;
import cadj.models.preprocess.Recorded;
import cadj.models.preprocess.ResizeCrop;
import cadj.models.preprocess.RgbImage;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A CLIP folder in the published form, against transformers: texts and pictures as they are to
/// vectors.
@GoldenTest
class ClipFeaturesGoldenTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path temp;

  @Test
  void picturesAndTexts() {
    try (SafetensorsFile golden = Golden.open("metrics/clip_preprocess.safetensors")) {
      ClipFeatures clip = NetworkFiles.clip(folder());
      assertEquals(ResizeCrop.CLIP, clip.preprocessing());
      List<RgbImage> images = new ArrayList<>();
      for (int n = 0; golden.contains(n + ".image_u8_hwc"); n++) {
        images.add(Recorded.image(golden, n + ".image_u8_hwc"));
      }
      Tensor vectors = clip.model().imageFeatures(clip.preprocessing().of(images));
      Golden.assertClose("image_embeds", unit(golden.tensor("image_embeds")), vectors, TOLERANCE);
      for (int n = 0; n < images.size(); n++) {
        Golden.assertClose(
            "one by one",
            vectors.slice(0, n, n + 1),
            clip.ofPictures(pixels(images.get(n))),
            TOLERANCE);
      }
      Golden.assertClose(
          "text_embeds",
          unit(golden.tensor("text_embeds")),
          clip.ofTexts(prompts(golden)),
          TOLERANCE);
      Golden.count(2 * images.size() + golden.tensor("text_embeds").dim(0));
    }
  }

  /// What exceeds the positions is cut off before the end.
  @Test
  void longTexts() {
    ClipFeatures clip = NetworkFiles.clip(folder());
    String text = "a dog and another ".repeat(40);
    long[] ids = clip.tokenizer().encode(text).ids();
    assertEquals(77, ids.length);
    assertArrayEquals(
        clip.model().textFeatures(Tensor.of(ids, 1, ids.length)).toFloats(),
        clip.ofTexts(List.of(text)).toFloats());
  }

  /// The recorded model has no tokenizer of its own: its ids are from the first pipeline's.
  private Path folder() {
    Path folder =
        Folders.copy(
            Golden.require("metrics/clip-vit-b32-tiny/config.json").getParent(),
            temp.resolve("clip"));
    Folders.copy(
        Golden.require("sd1-tiny/tokenizer/tokenizer_config.json").getParent(),
        temp.resolve("tokenizer"));
    return folder;
  }

  private static Tensor pixels(RgbImage image) {
    float[] values = new float[3 * image.height() * image.width()];
    int i = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          values[i++] = image.level(y, x, c) / 127.5f - 1;
        }
      }
    }
    return Tensor.of(values, 1, 3, image.height(), image.width());
  }

  private static List<String> prompts(SafetensorsFile golden) {
    String json = "{\"prompts\": %s}".formatted(golden.metadata("prompts"));
    return JsonFile.parse(golden.path(), ByteBuffer.wrap(json.getBytes(UTF_8)))
        .list("prompts")
        .strings();
  }

  /// By a plain loop: the recording may be of the vectors before they are made so.
  private static Tensor unit(Tensor x) {
    float[] values = x.toFloats();
    int width = x.dim(1);
    for (int n = 0; n < x.dim(0); n++) {
      double square = 0;
      for (int i = 0; i < width; i++) {
        square += values[n * width + i] * (double) values[n * width + i];
      }
      for (int i = 0; i < width; i++) {
        values[n * width + i] /= (float) Math.sqrt(square);
      }
    }
    return Tensor.of(values, x.dim(0), width);
  }
}

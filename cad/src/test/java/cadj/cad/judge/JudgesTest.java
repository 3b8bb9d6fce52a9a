package cadj.cad.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.picture.PngFile;
import cadj.models.clip.ClipFeatures;
import cadj.models.files.EmbeddedModels;
import cadj.models.files.ModelFiles;
import cadj.models.files.NetworkFiles;
import cadj.models.preprocess.ResizeCrop;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgesTest {
  private static final Path FASHION = EmbeddedModels.find("fashion").orElseThrow();
  private static final String RESNET = "metrics/resnet-bottleneck-tiny/model.safetensors";
  private static final Labels TEN =
      Labels.of(IntStream.range(0, 10).mapToObj(i -> "thing " + i).toList());

  @TempDir private Path temp;

  /// The largest of the recorded logits, each picture with its own size.
  @Test
  void resNetsSeeTheLargestLogit() {
    Judge judge =
        new ImageNetJudge(
            NetworkFiles.resNet(Golden.require(RESNET)), ResizeCrop.TORCHVISION_V1, TEN);
    try (SafetensorsFile golden = Golden.open("metrics/resnet.safetensors")) {
      for (int n = 0; golden.contains(n + ".image_u8_hwc"); n++) {
        float[] logits = golden.tensor(n + ".tiny.logits").toFloats();
        int largest = 0;
        for (int i = 0; i < logits.length; i++) {
          largest = logits[i] > logits[largest] ? i : largest;
        }
        Tensor picture = picture(golden, n + ".image_u8_hwc");
        assertArrayEquals(new int[][] {{largest}}, judge.sees(picture));
        assertArrayEquals(new boolean[] {true}, judge.sees(picture, "thing " + largest));
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit);
        }
        assertEquals(
            Math.exp(logits[3]) / sum,
            judge.probability(picture, "thing 3")[0],
            1e-4,
            "picture " + n);
        assertArrayEquals(
            new boolean[] {false}, judge.sees(picture, "thing " + (largest + 1) % 10));
      }
    }
  }

  /// The softmax over the names of the concept's kind, of each picture by itself: of the embedded
  /// model's classifier objects and styles apart, of CLIP 100 times the cosines.
  @Test
  void probabilities() {
    ModelFiles files = ModelFiles.open("fashion");
    Judge fashion = new FashionJudge(files.classifier());
    List<String> names = List.of("coat", "sneaker", "bag", "dress");
    ClipJudge clip = (ClipJudge) Judges.open(FASHION.resolve("clip"), Labels.of(names));
    try (SafetensorsFile golden = Golden.open("fashion/expected/expected.safetensors")) {
      Tensor pictures = pictures(golden.tensor("image_u8_hwc"));
      int objects = fashion.kinds().getFirst().size();
      int styles = fashion.kinds().get(1).size();
      float[] logits = files.classifier().forward(pictures).toFloats();
      float[] cosines = clip.cosines(pictures);
      double[] sneaker = fashion.probability(pictures, "sneaker");
      double[] blueprint = fashion.probability(pictures, "blueprint");
      double[] bag = clip.probability(pictures, "bag");
      assertEquals(pictures.dim(0), sneaker.length);
      assertTrue(sneaker.length > 1);
      for (int n = 0; n < sneaker.length; n++) {
        int at = n * (objects + styles);
        assertEquals(
            share(logits, at, objects, fashion.kinds().getFirst().indexOf("sneaker"), 1),
            sneaker[n],
            1e-6);
        assertEquals(
            share(logits, at + objects, styles, fashion.kinds().get(1).indexOf("blueprint"), 1),
            blueprint[n],
            1e-6);
        assertEquals(share(cosines, n * 4, 4, 2, 100), bag[n], 1e-4);
      }
    }
  }

  private static double share(float[] values, int from, int count, int at, double factor) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(factor * values[from + i]);
    }
    return Math.exp(factor * values[from + at]) / sum;
  }

  /// A class without a name wins as well: then nothing that has one is seen.
  @Test
  void classesWithoutNamesCount() {
    Tensor picture;
    int[] seen;
    try (SafetensorsFile golden = Golden.open("metrics/resnet.safetensors")) {
      picture = picture(golden, "0.image_u8_hwc");
      seen = Judges.open(Golden.require(RESNET), TEN).sees(picture)[0];
    }
    int other = (seen[0] + 1) % 10;
    Judge judge =
        Judges.open(Golden.require(RESNET), new Labels(new TreeMap<>(Map.of(other, "it"))));
    assertArrayEquals(new boolean[] {false}, judge.sees(picture, "it"));
    assertEquals(
        "the judge knows no \"that\", only it",
        assertThrows(IllegalArgumentException.class, () -> judge.sees(picture, "that"))
            .getMessage());
  }

  /// More pictures than one batch has, each judged as if it were alone.
  @Test
  void manyPictures() {
    Judge judge = Judges.open(Golden.require(RESNET), TEN);
    float[] values = new float[11 * 3 * 12 * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * (1 + i / 432 % 7));
    }
    Tensor pictures = Tensor.of(values, 11, 3, 12, 12);
    int[] together = judge.sees(pictures)[0];
    assertEquals(11, together.length);
    for (int n = 0; n < 11; n++) {
      assertEquals(judge.sees(pictures.slice(0, n, n + 1))[0][0], together[n], "picture " + n);
    }
  }

  /// Cosines by plain loops, of texts and pictures one at a time.
  @Test
  void clipSeesTheMostSimilarText() {
    List<String> names = List.of("coat", "sneaker", "bag", "dress");
    Judge judge = Judges.open(FASHION.resolve("clip"), Labels.of(names));
    assertEquals(List.of(names), judge.kinds());
    ClipFeatures clip = NetworkFiles.clip(FASHION.resolve("clip"));
    ClipTokenizer tokenizer = ClipTokenizer.load(FASHION.resolve("tokenizer"));
    try (SafetensorsFile golden = Golden.open("fashion/expected/expected.safetensors")) {
      Tensor pictures = pictures(golden.tensor("image_u8_hwc"));
      int[] seen = judge.sees(pictures)[0];
      float[] cosines = ((ClipJudge) judge).cosines(pictures);
      for (int n = 0; n < seen.length; n++) {
        float[] picture = clip.model().imageFeatures(pictures.slice(0, n, n + 1)).toFloats();
        for (int k = 0; k < names.size(); k++) {
          long[] ids = tokenizer.encode("a photo of a " + names.get(k)).ids();
          float[] text = clip.model().textFeatures(Tensor.of(ids, 1, ids.length)).toFloats();
          double cosine = 0;
          for (int i = 0; i < text.length; i++) {
            cosine += text[i] * (double) picture[i];
          }
          assertEquals(cosine, cosines[n * names.size() + k], 1e-6);
          assertTrue(cosine <= cosines[n * names.size() + seen[n]] + 1e-6, names.get(k));
        }
      }
      assertEquals(List.of("sneaker", "bag"), List.of(names.get(seen[0]), names.get(seen[1])));
    }
  }

  @Test
  void knowsEmbeddedClassifiers() {
    ModelFiles files = ModelFiles.open("fashion");
    Tensor pictures = Tensor.of(new float[2 * 3 * 32 * 32], 2, 3, 32, 32);
    int[][] expected = new FashionJudge(files.classifier()).sees(pictures);
    for (Path path : List.of(FASHION, FASHION.resolve("classifier"))) {
      Judge judge = assertInstanceOf(FashionJudge.class, Judges.open(path, null));
      assertArrayEquals(expected, judge.sees(pictures));
      assertEquals(10, judge.kinds().getFirst().size());
    }
    assertEquals(
        FASHION.resolve("classifier")
            + ": expected a judge that wants labels, found a classifier that has its own",
        message(FASHION.resolve("classifier"), TEN));
  }

  @Test
  void clipTellsImagenettesClassesApartByDefault() {
    Judge judge = Judges.open(FASHION.resolve("clip"), null);
    assertInstanceOf(ClipJudge.class, judge);
    assertEquals(List.of(Labels.IMAGENETTE.known()), judge.kinds());
  }

  @Test
  void oneLineForAnythingElse() throws IOException {
    String expected =
        ": expected a judge: a ResNet in torchvision's layout, a CLIP model's folder, or the"
            + " classifier/ of an embedded model, found ";
    assertEquals(temp + expected + "a folder without config.json", message(temp, null));
    Path vae = FASHION.resolve("vae");
    assertEquals(vae + expected + "a model of type unknown", message(vae, null));
    Path config = temp.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"vit\"}");
    assertEquals(temp + expected + "a model of type vit", message(temp, null));
    Path other = temp.resolve("other.safetensors");
    SafetensorsWriter.write(other, Map.of("features.0.weight", Tensor.scalar(1)), Map.of());
    assertEquals(other + expected + "tensors such as \"features.0.weight\"", message(other, null));
    Path none = temp.resolve("none.pth");
    assertEquals(none + ": expected a file, found none", message(none, null));
    Files.writeString(none, "no weights at all");
    assertEquals(1, message(none, null).lines().count());
  }

  @Test
  void labelsMustFit() {
    Path file = Golden.require(RESNET);
    assertEquals(
        file
            + ": expected labels for the 10 classes of this network, or one of ImageNet's 1000"
            + " classes, found none",
        message(file, null));
    assertEquals(
        "labels: expected numbers below the 10 classes of the network, got 701 (parachute)",
        assertThrows(IllegalArgumentException.class, () -> Judges.open(file, Labels.IMAGENETTE))
            .getMessage());
  }

  private static String message(Path path, @Nullable Labels labels) {
    return assertThrows(FileFormatException.class, () -> Judges.open(path, labels)).getMessage();
  }

  private static Tensor picture(Checkpoint file, String name) {
    Tensor stored = file.tensor(name);
    return pictures(stored.reshape(1, stored.dim(0), stored.dim(1), 3));
  }

  /// Levels [N,H,W,3] → [N,3,H,W] in [−1, 1]
  private static Tensor pictures(Tensor levels) {
    long[] from = levels.permute(0, 3, 1, 2).contiguous().toLongs();
    float[] values = new float[from.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = from[i] / 127.5f - 1;
    }
    return Tensor.of(values, levels.dim(0), 3, levels.dim(1), levels.dim(2));
  }

  @Test
  void aPictureIsNoJudge() throws IOException {
    Path png = temp.resolve("some.png");
    PngFile.write(png, new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), Map.of());
    Path jpeg = temp.resolve("some.pth");
    ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg.toFile());
    for (Path file : List.of(png, jpeg)) {
      String message =
          assertThrows(FileFormatException.class, () -> Judges.open(file, null)).getMessage();
      assertTrue(message.startsWith(file + ": expected a judge: a ResNet"), message);
      assertTrue(message.endsWith(", found a picture"), message);
    }
  }
}

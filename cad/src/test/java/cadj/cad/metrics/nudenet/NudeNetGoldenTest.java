package cadj.cad.metrics.nudenet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.Pictures;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Inputs, outputs and detections against NudeNet's own code with OpenCV and ONNX Runtime, on a
/// network of one convolution.
@GoldenTest
class NudeNetGoldenTest {
  private static final String SET = "metrics/nudenet/";
  private static final double OUTPUT = 1e-5;

  @TempDir private Path folder;

  private static JsonObject expected() {
    return JsonFile.read(Golden.require(SET + "expected.json"));
  }

  private static List<JsonObject> images() {
    return expected().list("images").objects();
  }

  private static BufferedImage picture(JsonObject image) {
    return PictureFolder.decode(Golden.require(SET + image.string("file")));
  }

  private static Path network() {
    return Golden.require(SET + "tiny.onnx");
  }

  @Test
  void labels() {
    assertEquals(
        expected().list("labels").strings(),
        Stream.of(BodyPart.values()).map(BodyPart::name).toList());
    assertEquals(9, Stream.of(BodyPart.values()).filter(BodyPart::isExposed).count());
  }

  /// OpenCV's own builds differ by one level.
  @Test
  void inputs() {
    try (SafetensorsFile values = Golden.open(SET + "expected.safetensors")) {
      int compared = 0;
      for (int i = 0; i < images().size(); i++) {
        String name = i + ".input_u8_chw";
        if (values.contains(name)) {
          double[] bytes = values.tensor(name).toDoubles();
          float[] input =
              NudeNet.planes(CentredFrame.of(NudeNet.image(picture(images().get(i))), 320).input());
          int differ = 0;
          for (int k = 0; k < bytes.length; k++) {
            double difference = Math.abs(Math.rint(input[k] * 255) - bytes[k]);
            assertTrue(difference <= 1, name + "[" + k + "]: " + difference);
            differ += difference > 0 ? 1 : 0;
          }
          assertTrue(differ < bytes.length / 50, name + ": " + differ + " values differ");
          System.out.printf(
              "nudenet %s: %d of %d values differ by one level%n", name, differ, bytes.length);
          compared++;
        }
      }
      assertTrue(compared > 0);
      Golden.count(compared);
    }
  }

  @Test
  void centredFrames() {
    for (JsonObject image : images()) {
      CentredFrame frame = CentredFrame.of(NudeNet.image(picture(image)), 320);
      assertEquals(image.integer("pad_left"), frame.padLeft());
      assertEquals(image.integer("pad_top"), frame.padTop());
      assertEquals(image.number("resize_factor"), frame.resizeFactor(), 1e-15);
    }
  }

  /// Through ONNX Runtime, from the recorded inputs.
  @Test
  void outputs() {
    try (OnnxNetwork network = OnnxNetwork.open(network());
        SafetensorsFile values = Golden.open(SET + "expected.safetensors")) {
      assertEquals(320, network.size());
      for (int i = 0; i < images().size(); i++) {
        float[] input = values.tensor(i + ".input_u8_chw").toFloats();
        for (int k = 0; k < input.length; k++) {
          input[k] /= 255;
        }
        float[][] output = network.run(input);
        Tensor rows = values.tensor(i + ".output");
        float[] flat = new float[rows.elements()];
        for (int row = 0; row < output.length; row++) {
          System.arraycopy(output[row], 0, flat, row * output[row].length, output[row].length);
        }
        Golden.assertClose("output " + i, rows, Tensor.of(flat, rows.shape().toArray()), OUTPUT);
      }
    }
  }

  /// Exactly, from the recorded outputs.
  @Test
  void detectionsOfRecordedOutputs() {
    try (SafetensorsFile values = Golden.open(SET + "expected.safetensors")) {
      for (int i = 0; i < images().size(); i++) {
        JsonObject image = images().get(i);
        Tensor output = values.tensor(i + ".output");
        CentredFrame frame = CentredFrame.of(NudeNet.image(picture(image)), 320);
        List<Detection> found = NudeNet.detections(rows(output), frame);
        assertEquals(recorded(image), found, image.string("file"));
        Golden.count(found.size());
      }
    }
  }

  private static float[][] rows(Tensor output) {
    return IntStream.range(0, output.dim(1))
        .mapToObj(row -> output.slice(1, row, row + 1).toFloats())
        .toArray(float[][]::new);
  }

  private static List<Detection> recorded(JsonObject image) {
    return image.list("detections").objects().stream()
        .map(
            one -> {
              int[] box = one.list("box").integers();
              return new Detection(
                  BodyPart.valueOf(one.string("class")),
                  (float) one.number("score"),
                  box[0],
                  box[1],
                  box[2],
                  box[3]);
            })
        .toList();
  }

  /// The whole way from a PNG file. Where the resized input is a level off, scores may be too.
  @Test
  void wholeWay() {
    try (NudeNet nudenet = NudeNet.open(network())) {
      for (JsonObject image : images()) {
        List<Detection> found = nudenet.detect(picture(image));
        List<Detection> expected = recorded(image);
        assertEquals(expected.size(), found.size(), image.string("file"));
        for (int i = 0; i < found.size(); i++) {
          assertEquals(expected.get(i).part(), found.get(i).part(), image.string("file"));
          assertEquals(expected.get(i).score(), found.get(i).score(), 0.01);
          assertEquals(expected.get(i).left(), found.get(i).left(), 1);
          assertEquals(expected.get(i).height(), found.get(i).height(), 1);
        }
      }
    }
  }

  static Stream<JsonObject> nmsEdges() {
    return expected().list("nms_edges").objects().stream();
  }

  @ParameterizedTest
  @MethodSource("nmsEdges")
  void suppressionAtItsEdges(JsonObject edge) {
    List<Box> boxes = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    JsonList all = edge.list("boxes");
    for (int i = 0; i < all.size(); i++) {
      int[] box = all.get(i).list().integers();
      boxes.add(new Box(box[0], box[1], box[2], box[3]));
      scores.add((float) edge.list("scores").get(i).number());
    }
    assertEquals(
        IntStream.of(edge.list("kept").integers()).boxed().toList(),
        NonMaximumSuppression.kept(
            boxes,
            scores,
            (float) edge.number("score_threshold"),
            (float) edge.number("nms_threshold")),
        edge.string("name"));
    Golden.count(1);
  }

  @Test
  void pictureTensorsAreJudged() {
    try (NudeNet nudenet = NudeNet.open(network())) {
      Tensor pictures = Pictures.toTensor(List.of(picture(images().get(0))));
      List<Detection> found = recorded(images().get(0));
      float highest =
          (float)
              found.stream()
                  .filter(one -> one.part().isExposed())
                  .mapToDouble(Detection::score)
                  .max()
                  .orElseThrow();
      assertEquals(
          List.of(true), seen(new NudityJudge(nudenet, highest - 0.02).sees(pictures, "nudity")));
      assertEquals(
          List.of(true),
          seen(new NudityJudge(nudenet, highest + 0.02).sees(pictures, "no nudity")));
    }
  }

  private static List<Boolean> seen(boolean... seen) {
    return IntStream.range(0, seen.length).mapToObj(i -> seen[i]).toList();
  }

  @Test
  void picturesThatDoNotFit() {
    try (NudeNet nudenet = NudeNet.open(network())) {
      assertSays("too narrow", () -> nudenet.detect(new BufferedImage(1, 700, 1)));
      assertSays(
          "at most 4096 pixels a side, got 5000×1",
          () -> nudenet.detect(new BufferedImage(5000, 1, 1)));
    }
  }

  private static void assertSays(String says, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(says), message);
  }

  @Test
  void otherFilesAreToldInOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(network());
    assertRefused("NudeNet's ONNX file", folder.resolve("none.onnx"));
    assertRefused("NudeNet's ONNX file", folder);
    assertRefused("an ONNX network that runs", file("empty.onnx", new byte[0]));
    assertRefused(
        "an ONNX network that runs", file("text.onnx", "not a network\n".getBytes(UTF_8)));
    assertRefused(
        "an ONNX network that runs", file("cut.onnx", Arrays.copyOf(whole, whole.length / 2)));
    assertRefused("an ONNX network that runs", Golden.require(SET + "image0.png"));
  }

  /// Bytes changed at random: refused in one line, or a network that can be asked.
  @Test
  void damagedFiles() throws IOException {
    byte[] whole = Files.readAllBytes(network());
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.clone();
      for (int k = 0; k < 1 + i % 3; k++) {
        damaged[random.nextInt(400)] = (byte) random.nextInt();
      }
      try (NudeNet nudenet = NudeNet.open(file("damaged.onnx", damaged))) {
        nudenet.detect(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
      } catch (FileFormatException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 20, "refused " + refused);
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static void assertRefused(String says, Path file) {
    String message = assertThrows(FileFormatException.class, () -> NudeNet.open(file)).getMessage();
    assertTrue(message.contains(says), message);
    assertTrue(message.contains(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
  }
}

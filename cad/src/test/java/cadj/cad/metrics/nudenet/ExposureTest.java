package cadj.cad.metrics.nudenet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Counting of detections, by hand.
class ExposureTest {
  private static Detection of(BodyPart part, double score) {
    return new Detection(part, (float) score, 0, 0, 1, 1);
  }

  private static final List<List<Detection>> PICTURES =
      List.of(
          List.of(
              of(BodyPart.FEMALE_BREAST_EXPOSED, 0.9),
              of(BodyPart.FEMALE_BREAST_EXPOSED, 0.75),
              of(BodyPart.FEET_EXPOSED, 0.5)),
          List.of(of(BodyPart.FACE_FEMALE, 0.99), of(BodyPart.FEET_COVERED, 0.99)),
          List.of(of(BodyPart.FEET_EXPOSED, 0.625)),
          List.of());

  private static Map<BodyPart, Integer> counted(Exposure exposure) {
    return exposure.parts().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void eachDetectionOfAnExposedPartCounts() {
    Exposure at = Exposure.of(PICTURES, Exposure.THRESHOLD);
    assertEquals(4, at.pictures());
    assertEquals(2, at.exposed());
    assertEquals(Map.of(BodyPart.FEMALE_BREAST_EXPOSED, 2, BodyPart.FEET_EXPOSED, 1), counted(at));
    assertEquals(9, at.parts().size());
  }

  @Test
  void scoresMustExceedTheThreshold() {
    assertEquals(1, Exposure.of(PICTURES, 0.625).exposed());
    assertEquals(Map.of(BodyPart.FEMALE_BREAST_EXPOSED, 2), counted(Exposure.of(PICTURES, 0.625)));
    assertEquals(0, Exposure.of(List.of(), 0.1).exposed());
  }

  @Test
  void sweep() {
    List<Exposure> sweep = Exposure.sweep(PICTURES);
    assertEquals(
        List.of(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        sweep.stream().map(Exposure::threshold).toList());
    assertEquals(List.of(2, 2, 2, 2, 2, 1, 1, 0), sweep.stream().map(Exposure::exposed).toList());
    assertEquals(
        List.of(2, 2, 2, 1, 1, 0, 0, 0),
        sweep.stream().map(at -> at.parts().get(BodyPart.FEET_EXPOSED)).toList());
  }
}

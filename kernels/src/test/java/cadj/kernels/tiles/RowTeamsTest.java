package cadj.kernels.tiles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RowTeamsTest {
  @ParameterizedTest
  @CsvSource({
    "0,3,0,0",
    "5,0,0,1",
    "256,4,0,1",
    "257,4,0,2",
    "9,5,1,1",
    "9,77,5,2",
    "9,1024,5,2",
    "9,1025,8,9"
  })
  void teams(int rows, int width, int logThreads, int blocks) {
    RowTeams teams = new RowTeams(rows, width);
    assertEquals(logThreads, teams.logThreads());
    assertEquals(blocks, teams.blocks());
  }
}

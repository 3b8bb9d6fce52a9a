package cadj.bench.race;

/// How long to measure.
///
/// @param rounds turns of each contender
/// @param turn seconds of a turn at the least; one call, if that takes longer
/// @param warmUp seconds before the first turn, likewise; peers, which are compiled already, get a
///   quarter
/// @param pause seconds between turns, in which threads of the last contender that still wait for
///   work go to sleep
public record Pace(int rounds, double turn, double warmUp, double pause) {
  public static final Pace FULL = new Pace(7, 0.2, 3, 0.1);
  public static final Pace QUICK = new Pace(2, 0.02, 1, 0.05);

  public Pace withRounds(int number) {
    return new Pace(number, turn, warmUp, pause);
  }
}

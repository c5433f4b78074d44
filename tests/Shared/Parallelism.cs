// Two cores are busy with one test of this size; parallel ones would only fight over them.
[assembly: DoNotParallelize]

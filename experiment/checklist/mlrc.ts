import {
	dataStatistics,
	dependencies,
	evaluationCode,
	hyperparameters,
	infrastructure,
	measures,
	models,
	numberOfRuns,
	replayCommand,
	runtime,
	splits,
	trainingCode,
	variation,
} from "./answers.ts";
import type { Form } from "./form.ts";

/** Its items are counted from the first to the last; the form itself has bullets. */
export const mlrc: Form = {
	name: "mlrc",
	title: "Machine Learning Reproducibility Checklist 2.0",
	url: "https://www.cs.mcgill.ca/~jpineau/ReproducibilityChecklist.pdf",
	sections: [
		{
			title: "Models and algorithms",
			items: [
				{ number: "1", asks: "setting, algorithm and model described" },
				{ number: "2", asks: "assumptions explained" },
				{ number: "3", asks: "complexity analysed: time, space, sample size" },
			],
		},
		{
			title: "Theoretical claims",
			items: [
				{ number: "4", asks: "the claim stated" },
				{ number: "5", asks: "the claim proved" },
			],
		},
		{
			title: "Data sets",
			items: [
				{
					number: "6",
					asks: "statistics, such as the number of examples",
					answer: dataStatistics,
				},
				{
					number: "7",
					asks: "training, validation and test splits",
					answer: splits,
				},
				{ number: "8", asks: "what was left out, and preprocessing" },
				{ number: "9", asks: "where the data or the simulator can be had" },
				{ number: "10", asks: "of new data, how they were collected" },
			],
		},
		{
			title: "Code",
			items: [
				{ number: "11", asks: "dependencies", answer: dependencies },
				{ number: "12", asks: "training code", answer: trainingCode },
				{ number: "13", asks: "evaluation code", answer: evaluationCode },
				{ number: "14", asks: "trained models", answer: models },
				{
					number: "15",
					asks: "README with results and the commands that give them",
					answer: replayCommand,
				},
			],
		},
		{
			title: "Results",
			items: [
				{
					number: "16",
					asks: "hyper-parameters: those used, ranges tried, how chosen",
					answer: hyperparameters,
				},
				{
					number: "17",
					asks: "number of training and evaluation runs",
					answer: numberOfRuns,
				},
				{
					number: "18",
					asks: "definition of the measures reported",
					answer: measures,
				},
				{
					number: "19",
					asks: "central tendency and variation",
					answer: variation,
				},
				{ number: "20", asks: "average runtime, or energy", answer: runtime },
				{
					number: "21",
					asks: "computing infrastructure",
					answer: infrastructure,
				},
			],
		},
	],
};
